// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clients that ask and do not read hold a bounded memory, and for a bounded time. */
class UnreadAnswersTest extends ServerTestBed {
  private static final int LARGE = 20 << 20;
  private static final int BUDGET = 30 << 20;
  private static final Map<String, String> ASK =
      Map.of(":method", "GET", ":path", "/large", ":authority", "x");

  private final AtomicLong nanos = new AtomicLong();

  private HttpServer serve() throws IOException {
    return serve(
        exchange -> {
          boolean large = exchange.request().path().equals("/large");
          exchange.respond(
              HttpResponse.of(200, HttpHeaders.empty(), new byte[large ? LARGE : 100]));
        },
        limits -> limits.unreadAnswerBudget(BUDGET));
  }

  private RawClient silent(HttpServer server) throws IOException {
    return closing(new RawClient(server.addresses().getFirst(), 4_096)).send(get("/large"));
  }

  @Test
  void answersThatNobodyReadsShareOneBudgetAndSmallOnesStillLeave() throws Exception {
    HttpServer server = serve();
    RawClient silent = silent(server);
    await().until(() -> server.unreadAnswerBytes() == LARGE);
    Http2TestClient streams = closing(new Http2TestClient(server));

    String refused = connect(server).send(get("/large")).readAnswer();
    Http2TestClient.Answer refusedStream = streams.exchange(ASK, "");

    assertThat(refused).startsWith("HTTP/1.1 503 ").contains("retry-after: 1", "ask for less");
    assertThat(refusedStream.status()).isEqualTo("503");
    assertThat(connect(server).send(get("/small")).readAnswer()).startsWith("HTTP/1.1 200 ");
    silent.close();
    await().until(() -> server.unreadAnswerBytes() == 0);
    assertThat(connect(server).send(get("/large")).readAnswer()).startsWith("HTTP/1.1 200 ");
    await().until(() -> server.unreadAnswerBytes() == 0);
  }

  @Test
  void answerOfAStreamCountsUntilItsConnectionIsClosed() throws Exception {
    HttpServer server = serve();
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4_096));
    client.send(Http2Frames.PREFACE).send(Http2Frames.get(1, "/large"));
    await().until(() -> server.unreadAnswerBytes() == LARGE);

    client.reset();

    await().until(() -> server.unreadAnswerBytes() == 0);
  }

  @Test
  void whoeverHadTimeEnoughToReadIsDroppedWhenOthersAreRefusedAndNobodyElse() throws Exception {
    UnreadAnswers answers = new UnreadAnswers(BUDGET, 2, nanos::get);
    List<String> dropped = new ArrayList<>();
    UnreadAnswers.Unread slow = answers.admit(4 << 20, () -> dropped.add("slow"));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    answers.admit(4 << 20, () -> dropped.add("fresh"));
    answers.admit(LARGE, () -> dropped.add("large"));
    assertThat(dropped).as("nobody is refused").isEmpty();

    assertThatThrownBy(() -> answers.admit(LARGE, () -> {}))
        .isInstanceOf(RequestRefusedException.class);

    assertThat(dropped).containsExactly("slow");
    slow.left();
    slow.left();
    assertThat(answers.held()).isEqualTo((4 << 20) + LARGE);
  }

  @Test
  void whoeverReadsOnIsGivenItsTimeAgain() throws Exception {
    UnreadAnswers answers = new UnreadAnswers(BUDGET, 2, nanos::get);
    List<String> dropped = new ArrayList<>();
    UnreadAnswers.Unread steady = answers.admit(256 << 10, () -> dropped.add("steady"));
    answers.admit(LARGE, () -> {});
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    steady.readOn();

    assertThatThrownBy(() -> answers.admit(LARGE, () -> {}))
        .isInstanceOf(RequestRefusedException.class);
    assertThat(dropped).isEmpty();

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThatThrownBy(() -> answers.admit(LARGE, () -> {}))
        .isInstanceOf(RequestRefusedException.class);
    assertThat(dropped).containsExactly("steady");
  }

  @Test
  void whoeverReadsEventsTooSlowlyIsDroppedAndWhoeverHasReadAllIsNot() throws Exception {
    UnreadAnswers answers = new UnreadAnswers(BUDGET, 3, nanos::get);
    List<String> dropped = new ArrayList<>();
    answers.admitEvents(() -> dropped.add("caught up"));
    UnreadAnswers.Unread slow = answers.admitEvents(() -> dropped.add("slow"));
    UnreadAnswers.Unread steady = answers.admitEvents(() -> dropped.add("steady"));
    assertThatThrownBy(() -> answers.admitEvents(() -> {}))
        .isInstanceOf(RequestRefusedException.class);
    assertThat(slow.change(1 << 20)).isTrue();
    assertThat(steady.change(1 << 20)).isTrue();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(slow.change(-(100 << 10))).isTrue();
    assertThat(steady.change(-(256 << 10))).isTrue();
    assertThat(dropped).as("nobody is refused").isEmpty();

    assertThat(slow.change(BUDGET)).isFalse();

    assertThat(dropped).containsExactly("slow");
    slow.left();
    slow.change(-(1 << 10));
    assertThat(answers.held()).isEqualTo((1 << 20) - (256 << 10));
    assertThat(answers.eventStreams()).isEqualTo(2);
  }

  @Test
  void oneAnswerAloneIsNeverRefused() throws Exception {
    UnreadAnswers answers = new UnreadAnswers(1, 2, nanos::get);

    answers.admit(LARGE, () -> {}).left();

    assertThat(answers.held()).isZero();
  }
}
