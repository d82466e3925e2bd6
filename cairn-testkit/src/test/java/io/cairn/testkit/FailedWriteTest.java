// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.GatedService.FACTORY_LINK;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.Service.ServiceOption;
import io.cairn.testkit.GatedService.GatedState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P3: a write that failed is not visible later, wherever one looks. */
class FailedWriteTest {

  private static final String LINK = FACTORY_LINK + "/one";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Gate gate = new Gate();
  private final TestHost host =
      TestHost.builder()
          .arguments(arguments -> arguments.operationTimeoutMicros = 2_000_000)
          .services(running -> GatedService.start(running, gate))
          .start();

  @AfterEach
  void stop() {
    gate.open();
    host.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "fail", "large"})
  void failedUpdateLeavesNoTrace(String mark) throws IOException {
    create(LINK, "first");
    String document = host.http().get(LINK).text();
    String listing = listing();

    assertThat(host.http().patch(LINK, mark(mark)).isSuccess()).isFalse();
    assertThat(host.http().put(LINK, mark(mark)).isSuccess()).isFalse();

    assertThat(host.http().get(LINK).text()).isEqualTo(document);
    assertThat(listing()).isEqualTo(listing);
    host.restart();
    assertThat(host.http().get(LINK).text()).isEqualTo(document);
    assertThat(listing()).isEqualTo(listing);
    assertThat(host.http().patch(LINK, mark("second")).as(GatedState.class).documentVersion)
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "fail", "large"})
  void failedCreateLeavesTheLinkFree(String mark) throws IOException {
    assertThat(host.http().post(FACTORY_LINK, body(LINK, mark)).isSuccess()).isFalse();

    assertThat(host.http().get(LINK).status()).isEqualTo(404);
    assertThat(listing()).doesNotContain(LINK);
    host.restart();
    assertThat(host.http().get(LINK).status()).isEqualTo(404);
    assertThat(listing()).doesNotContain(LINK);
    create(LINK, "first");
    assertThat(state(LINK).marks).containsExactly("first");
    assertThat(state(LINK).documentVersion).isZero();
  }

  @Test
  void updateOnAnOldEntityTagIsRefused() throws IOException {
    create(LINK, "first");
    String old = host.http().get(LINK).header("etag");
    assertThat(host.http().patch(LINK, mark("second"), "If-Match", old).status()).isEqualTo(200);

    assertThat(host.http().patch(LINK, mark("third"), "If-Match", old).status()).isEqualTo(412);

    assertThat(state(LINK).marks).containsExactly("first", "second");
    host.restart();
    assertThat(state(LINK).marks).containsExactly("first", "second");
  }

  @Test
  void onlyOneOfManyUpdatesOfTheSameVersionIsStored() throws IOException {
    try (TestHost strict =
        TestHost.start(
            running -> GatedService.start(running, gate, ServiceOption.STRICT_UPDATE_CHECKING))) {
      assertThat(strict.http().post(FACTORY_LINK, body(LINK, "first")).status()).isEqualTo(200);
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < QUARRELLERS; i++) {
        String body = "{\"mark\":\"m" + i + "\",\"documentVersion\":0}";
        answers.add(later(() -> strict.http().patch(LINK, body)));
      }
      assertThat(answers.stream().map(CompletableFuture::join).map(Answer::status))
          .containsOnlyOnce(200)
          .allMatch(status -> status == 200 || status == 409);
      strict.restart();
      assertThat(strict.http().get(LINK).as(GatedState.class).marks).hasSize(2);
    }
  }

  private static final int QUARRELLERS = 6;

  @Test
  void operationThatExpiredInTheQueueNeverExecutes() throws Exception {
    create(LINK, "first");
    CompletableFuture<Answer> holding = later(() -> host.http().patch(LINK, mark("hold")));
    TestContext.waitFor(LIMIT, () -> gate.executed.contains("hold"));
    CompletableFuture<Answer> queued = later(() -> host.http().patch(LINK, mark("queued")));
    assertThat(queued.get(30, TimeUnit.SECONDS).status()).isEqualTo(408);
    assertThat(holding.get(30, TimeUnit.SECONDS).status()).isEqualTo(408);

    gate.open();

    assertThat(host.http().patch(LINK, mark("last")).status()).isEqualTo(200);
    assertThat(gate.executed).doesNotContain("queued");
    assertThat(state(LINK).marks).containsExactly("first", "last");
    host.restart();
    assertThat(state(LINK).marks).containsExactly("first", "last");
  }

  @Test
  void handlerThatNeverEndsIsGivenUp() throws IOException {
    create(LINK, "first");
    assertThat(host.http().patch(LINK, mark("never")).status()).isEqualTo(408);
    assertThat(host.http().patch(LINK, mark("last")).status()).isEqualTo(200);
    assertThat(state(LINK).marks).containsExactly("first", "last");
  }

  @Test
  void timedOutHandlerStillHasTheDocumentForItself() throws Exception {
    create(LINK, "first");
    assertThat(host.http().patch(LINK, mark("hold")).status()).isEqualTo(408);

    CompletableFuture<Answer> next = later(() -> host.http().patch(LINK, mark("next")));
    assertThat(next.get(30, TimeUnit.SECONDS).status()).isEqualTo(408);
    gate.open();

    assertThat(host.http().patch(LINK, mark("last")).status()).isEqualTo(200);
    assertThat(gate.mostAtOnce).hasValue(1);
    assertThat(state(LINK).marks).containsExactly("first", "last");
  }

  private void create(String link, String mark) throws IOException {
    assertThat(host.http().post(FACTORY_LINK, body(link, mark)).status()).isEqualTo(200);
  }

  private GatedState state(String link) throws IOException {
    return host.http().get(link).as(GatedState.class);
  }

  private String listing() throws IOException {
    return host.http().get(FACTORY_LINK + "?expand").json().path("documents").toString();
  }

  private static String mark(String mark) {
    return "{\"mark\":\"" + mark + "\"}";
  }

  private static String body(String link, String mark) {
    return "{\"mark\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(mark, link);
  }

  private interface Request {
    Answer send() throws IOException;
  }

  private static CompletableFuture<Answer> later(Request request) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return request.send();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }
}
