// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.load.RegisterService;
import io.cairn.testkit.watch.HttpSubscriber;
import io.cairn.testkit.watch.HttpSubscriber.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions whose publisher gets another owner, because the one that it had was killed. */
@Tag("process")
class KeptSubscriptionsOfClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;
  private static final String LINK = REGISTERS + "/told";
  private static final int BEFORE = 20;
  private static final int AFTER = 20;

  @TempDir Path directory;

  private static void create(HttpProbe http, String link) throws IOException {
    String body = "{\"value\":\"x\",\"documentSelfLink\":\"%s\"}".formatted(link);
    assertThat(http.post(REGISTERS, body).status()).isEqualTo(200);
  }

  private static void subscribe(HttpProbe http, String publisher, HttpSubscriber to)
      throws IOException {
    String body = "{\"reference\":\"%s\"}".formatted(to.reference());
    Answer answer = http.post(publisher + "/subscriptions", body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private static List<Long> firstTimes(HttpSubscriber of) {
    return of.told().stream().map(Told::version).distinct().toList();
  }

  private static List<String> linksOf(HttpSubscriber of) {
    return of.told().stream()
        .map(told -> told.body().get("documentSelfLink").asString())
        .distinct()
        .toList();
  }

  @Test
  void aKilledOwnerTakesNoNotificationWithIt() throws Exception {
    try (ProcessCluster cluster =
            ProcessCluster.of(3, RegisterService.Setup.class, directory).build().start();
        HttpSubscriber ofDocument = new HttpSubscriber();
        HttpSubscriber ofFactory = new HttpSubscriber()) {
      cluster.awaitGroup(REGISTERS, LIMIT);
      try (HttpProbe first = new HttpProbe(cluster.uri(0), LIMIT)) {
        create(first, LINK);
      }
      int owner = cluster.ownerOf(LINK);
      int other = (owner + 1) % 3;
      try (HttpProbe http = new HttpProbe(cluster.uri(other), LIMIT)) {
        subscribe(http, LINK, ofDocument);
        subscribe(http, REGISTERS, ofFactory);
        for (int i = 0; i < BEFORE; i++) {
          assertThat(http.patch(LINK, "{\"increment\":1}").status()).isEqualTo(200);
        }
        create(http, REGISTERS + "/first");
        await()
            .atMost(LIMIT)
            .until(() -> ofDocument.told().size() >= BEFORE && !ofFactory.told().isEmpty());

        // Told by nobody yet when their owner dies.
        ofDocument.answer(503);
        ofFactory.answer(503);
        assertThat(http.patch(LINK, "{\"increment\":1}").status()).isEqualTo(200);
        create(http, REGISTERS + "/second");
        cluster.kill9(owner);
        // One that was on the way when the death is noticed gets 503, outcome unknown; a dead owner
        // has done nothing with it. The values that are told below show that none counted twice.
        await()
            .atMost(LIMIT)
            .until(
                () -> {
                  int status = http.patch(LINK, "{\"increment\":1}").status();
                  assertThat(status).isIn(200, 503);
                  return status == 200;
                });
        ofDocument.answer(200);
        ofFactory.answer(200);
        for (int i = 2; i < AFTER; i++) {
          assertThat(http.patch(LINK, "{\"increment\":1}").status()).isEqualTo(200);
        }
        create(http, REGISTERS + "/third");
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () -> {
                  assertThat(firstTimes(ofDocument))
                      .isEqualTo(LongStream.rangeClosed(1, BEFORE + AFTER).boxed().toList());
                  assertThat(linksOf(ofFactory))
                      .containsExactlyInAnyOrder(
                          REGISTERS + "/first", REGISTERS + "/second", REGISTERS + "/third");
                });
        assertThat(ofDocument.told()).allMatch(told -> told.skipped().isEmpty());
        assertThat(
                http.get(LINK + "/subscriptions")
                    .json()
                    .get("subscribers")
                    .has(ofDocument.reference().toString()))
            .isTrue();
      }
    }
  }
}
