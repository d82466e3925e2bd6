// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.watch.HttpSubscriber.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who subscribes to the document index is told of its commits. */
class CommitSubscriptionTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;

  @TempDir Path directory;

  private static void create(TestHost host, String name) throws IOException {
    assertThat(host.http().post(EXAMPLES, "{\"name\":\"%s\"}".formatted(name)).status())
        .isEqualTo(200);
  }

  /** A backup needs everything in files. */
  private void commit(TestHost host) throws IOException {
    String request =
        "{\"kind\":\"com:vmware:xenon:services:common:ServiceHostManagementService:BackupRequest\",\"backupType\":\"DIRECTORY\",\"destination\":\"%s\"}"
            .formatted(directory.resolve("backups").toUri());
    assertThat(host.http().patch("/core/management", request).status()).isEqualTo(200);
  }

  @Test
  void eachCommitIsToldWithANumberThatRises() throws IOException {
    try (TestHost host = TestHost.start(starting -> starting.startFactory(new ExampleService()));
        HttpSubscriber subscriber = new HttpSubscriber()) {
      create(host, "before");
      String body = "{\"reference\":\"%s\"}".formatted(subscriber.reference());
      assertThat(host.http().post("/core/document-index/subscriptions", body).status())
          .isEqualTo(200);
      commit(host);
      await().atMost(LIMIT).until(() -> !subscriber.told().isEmpty());
      create(host, "after");
      long before = number(subscriber.told().getLast());
      commit(host);
      await().atMost(LIMIT).until(() -> number(subscriber.told().getLast()) > before);
      assertThat(subscriber.told())
          .allSatisfy(
              told -> {
                assertThat(told.method()).isEqualTo("PATCH");
                assertThat(told.body().get("kind").asString())
                    .isEqualTo(
                        "com:vmware:xenon:services:common:LuceneDocumentIndexService:CommitInfo");
              });
      assertThat(subscriber.told().stream().map(CommitSubscriptionTest::number))
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  private static long number(Told told) {
    return told.body().get("sequenceNumber").asLong();
  }
}
