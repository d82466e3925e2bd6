// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.forward.ForwardedAnswer;
import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.MemoryStorage;
import io.cairn.runtime.peers.Peers;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a client's request that is handed on to the owner as it came. */
class HandingOnTest {
  private static final String LINK = "/core/examples/one";
  private static final URI OTHER = URI.create("http://127.0.0.1:1");

  private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
  private final ForwardedCalls calls =
      new ForwardedCalls(
          new Peers(
              (PeerNetwork)
                  Proxy.newProxyInstance(
                      PeerNetwork.class.getClassLoader(),
                      new Class<?>[] {PeerNetwork.class},
                      (_, _, _) -> answer),
              node -> OTHER),
          node -> OTHER,
          () -> 0);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final OwnerRouter router = new OwnerRouter(calls, timer, Runnable::run, () -> 0);

  @AfterEach
  void stop() {
    timer.shutdown();
  }

  /** A request of a client, and what happens to it. */
  private static final class Sent implements OwnerRouter.Unopened {
    private final Action action;
    private final HttpHeaders headers;
    private final List<String> events = new ArrayList<>();
    private boolean gone;

    Sent(Action action, String... headers) {
      this.action = action;
      this.headers = HttpHeaders.of(headers);
    }

    @Override
    public Action action() {
      return action;
    }

    @Override
    public HttpRequest request() {
      return new HttpRequest(action.name(), LINK, "host", headers, HttpRequest.NO_BODY);
    }

    @Override
    public SocketAddress caller() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
    }

    @Override
    public @Nullable String subject() {
      return null;
    }

    @Override
    public long leftMicros() {
      return 1_000_000;
    }

    @Override
    public boolean isGone() {
      return gone;
    }

    @Override
    public void answer(ForwardedOutcome.Done done) {
      events.add("answer %d %s".formatted(done.status(), done.headers()));
    }

    @Override
    public Operation open() {
      return Operation.create(action, URI.create("http://127.0.0.1" + LINK))
          .setCompletion(
              (done, failure) ->
                  events.add("%d %s".formatted(done.getStatusCode(), failure.getMessage())));
    }

    @Override
    public void dispatch() {
      events.add("dispatch");
    }
  }

  private List<String> ending(Sent sent, byte[] bytes) {
    assertThat(router.handOn(new MemoryStorage(), LINK, "other", sent)).isTrue();
    assertThat(sent.events).isEmpty();
    answer.complete(bytes);
    return sent.events;
  }

  private List<String> failing(Action action, Exception failure) {
    Sent sent = new Sent(action);
    assertThat(router.handOn(new MemoryStorage(), LINK, "other", sent)).isTrue();
    assertThat(sent.events).isEmpty();
    answer.completeExceptionally(failure);
    return sent.events;
  }

  @Test
  void answerIsTheClients() {
    byte[] done =
        ForwardCodec.answer(404, "a/b", Map.of("etag", "x"), "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(ending(new Sent(Action.GET), done)).containsExactly("answer 404 [etag, x]");
  }

  @Test
  void failureWithoutAWordGetsOne() {
    byte[] done = ForwardCodec.answer(409, "a/b", Map.of(), new byte[0]);
    assertThat(ending(new Sent(Action.PUT), done))
        .containsExactly("409 The owner of " + LINK + " answered 409");
  }

  @Test
  void requestThatTheOtherNodeDoesNotOwnGoesTheLongWay() {
    assertThat(ending(new Sent(Action.PATCH), ForwardedAnswer.moved())).containsExactly("dispatch");
  }

  @Test
  void requestThatWasNotSentGoesTheLongWay() {
    assertThat(failing(Action.PATCH, new PeerUnreachableException("no way", null)))
        .containsExactly("dispatch");
  }

  @Test
  void requestThatFoundNoRoomGoesTheLongWay() {
    assertThat(failing(Action.PATCH, new PeerQueueFullException("full")))
        .containsExactly("dispatch");
  }

  @Test
  void readThatWasLostIsRepeated() {
    assertThat(failing(Action.GET, new PeerConnectionLostException("lost")))
        .containsExactly("dispatch");
  }

  @Test
  void updateThatWasLostIsNotRepeated() {
    assertThat(failing(Action.PATCH, new PeerConnectionLostException("lost")))
        .singleElement()
        .asString()
        .startsWith("503 The outcome of this update is unknown: node other");
  }

  @Test
  void updateWithoutAnAnswerInTimeIsNotRepeated() {
    assertThat(failing(Action.DELETE, new PeerTimeoutException("late")))
        .singleElement()
        .asString()
        .startsWith("503 The outcome of this update is unknown");
  }

  @Test
  void refusalIsSaidToTheClient() {
    assertThat(failing(Action.PATCH, new PeerRefusedException("not of this version", true)))
        .containsExactly("503 Node other could not answer for " + LINK + ": not of this version");
  }

  @Test
  void answerThatCannotBeReadIsSaidToTheClient() {
    assertThat(ending(new Sent(Action.GET), new byte[] {7}))
        .singleElement()
        .asString()
        .startsWith("503 Node other could not answer for " + LINK);
  }

  @Test
  void requestOfAClientThatHasGoneIsTakenBack() {
    Sent sent = new Sent(Action.PATCH);
    assertThat(router.handOn(new MemoryStorage(), LINK, "other", sent)).isTrue();
    calls.sweep();
    assertThat(answer).isNotCancelled();

    sent.gone = true;
    calls.sweep();

    assertThat(answer).isCancelled();
    assertThat(sent.events).singleElement().asString().startsWith("503 ");
  }

  @Test
  void requestWithADirectiveIsNotHandedOn() {
    Sent sent = new Sent(Action.GET, "pragma", "xn-no-fwd");
    assertThat(router.handOn(new MemoryStorage(), LINK, "other", sent)).isFalse();
    assertThat(sent.events).isEmpty();
  }

  private static DocumentStorage storage(Map<String, Object> answers) {
    return (DocumentStorage)
        Proxy.newProxyInstance(
            DocumentStorage.class.getClassLoader(),
            new Class<?>[] {DocumentStorage.class},
            (_, method, _) -> answers.get(method.getName()));
  }

  private static String elsewhere(boolean spread, boolean idle, long tenure, String owner) {
    return OwnerRouter.elsewhere(
        storage(
            Map.of(
                "isSpread",
                spread,
                "isIdle",
                idle,
                "tenure",
                tenure,
                "owner",
                owner,
                "self",
                "me")),
        LINK);
  }

  @Test
  void requestIsHandedOnOnlyWhereAnotherNodeIsKnownToOwnItsDocument() {
    assertThat(elsewhere(true, false, DocumentStorage.NO_TENURE, "other")).isEqualTo("other");
    assertThat(elsewhere(true, false, DocumentStorage.NO_TENURE, "me")).isNull();
    assertThat(elsewhere(true, false, 3, "other")).isNull();
    assertThat(elsewhere(true, true, DocumentStorage.NO_TENURE, "other")).isNull();
    assertThat(elsewhere(false, false, DocumentStorage.NO_TENURE, "other")).isNull();
  }
}
