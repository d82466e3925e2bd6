// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.peers.Peers;
import io.cairn.service.Operation;
import io.cairn.service.Operation.OperationOption;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of operations on their way when the owner of their document changes. */
class OwnerChangeTest {

  private static final String SELF = "self";
  private static final String PARTITION = "group/3";

  /** Requests that wait to be sent, by the port of the node. */
  private final Map<Integer, CompletableFuture<byte[]>> waiting = new LinkedHashMap<>();

  private final Map<String, Integer> ports = Map.of("dead", 1, "next", 2);
  private final AtomicLong now = new AtomicLong();
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final List<String> events = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable String owner = "dead";
  private boolean ready;
  private final OwnerRouter router =
      new OwnerRouter(
          new ForwardedCalls(
              new Peers(network(), node -> URI.create("http://127.0.0.1:" + ports.get(node))),
              node -> null,
              now::get),
          timer,
          Runnable::run,
          now::get);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  /** Never reaches anybody. */
  private PeerNetwork network() {
    return (PeerNetwork)
        Proxy.newProxyInstance(
            PeerNetwork.class.getClassLoader(),
            new Class<?>[] {PeerNetwork.class},
            (_, method, arguments) -> {
              if (method.getName().equals("request")) {
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                waiting.put(((URI) arguments[0]).getPort(), answer);
                return answer;
              }
              ((CompletableFuture<?>) arguments[0])
                  .completeExceptionally(new PeerUnreachableException("withdrawn", null));
              return null;
            });
  }

  private DocumentStorage documents() {
    return (DocumentStorage)
        Proxy.newProxyInstance(
            DocumentStorage.class.getClassLoader(),
            new Class<?>[] {DocumentStorage.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "isSpread" -> true;
                  case "isIdle" -> false;
                  case "tenure" -> SELF.equals(owner) && ready ? 7L : DocumentStorage.NO_TENURE;
                  case "owner" -> owner;
                  case "self" -> SELF;
                  case "partitionName" -> PARTITION;
                  default -> null;
                });
  }

  private Operation put() {
    return Operation.createPut(URI.create("http://127.0.0.1/a"))
        .setBody("{}")
        .setExpiration(TimeUnit.MINUTES.toMicros(1))
        .setCompletion((ended, thrown) -> failure.set(thrown));
  }

  private void ownedBy(@Nullable String node) {
    owner = node;
    router.ownerChanged(PARTITION, node);
  }

  @Test
  void whatWaitsToBeSentToADeadOwnerGoesToTheNextOne() {
    router.request(documents(), "/a", put(), null, () -> events.add("here"));
    assertThat(waiting).containsOnlyKeys(1);

    ownedBy(null);
    assertThat(waiting.get(1)).isCompletedExceptionally();
    ownedBy("next");

    assertThat(waiting).containsOnlyKeys(1, 2);
    assertThat(waiting.get(2)).isNotDone();
    ownedBy("next");
    assertThat(waiting.get(2)).isNotDone();
    router.ownerChanged("group/4", "dead");
    assertThat(waiting.get(2)).isNotDone();
    assertThat(failure).hasNullValue();
  }

  @Test
  void whatWaitsIsDoneHereOnceThisNodeIsReady() {
    router.request(documents(), "/a", put(), null, () -> events.add("here"));

    ownedBy(SELF);
    assertThat(events).isEmpty();
    ready = true;
    ownedBy(SELF);

    assertThat(events).containsExactly("here");
  }

  @Test
  void ownerThatChangesWhileSomethingIsHandedOverIsNotMissed() {
    DocumentStorage all = documents();
    DocumentStorage changing =
        (DocumentStorage)
            Proxy.newProxyInstance(
                DocumentStorage.class.getClassLoader(),
                new Class<?>[] {DocumentStorage.class},
                (_, method, arguments) -> {
                  Object answer = method.invoke(all, arguments);
                  if (method.getName().equals("owner") && "dead".equals(answer)) {
                    ownedBy("next"); // told before anybody knows of the call
                  }
                  return answer;
                });

    router.request(changing, "/a", put(), null, () -> events.add("here"));

    assertThat(waiting).containsOnlyKeys(1, 2);
  }

  private Operation forwarded() {
    Operation op = put();
    op.toggleOption(OperationOption.FORWARDED, true);
    return op;
  }

  @Test
  void whatOthersSendWaitsForALeaderThatIsNotReadyYet() {
    owner = SELF;
    router.request(documents(), "/a", forwarded(), PARTITION, () -> events.add("here"));
    assertThat(events).isEmpty();
    assertThat(failure).hasNullValue();

    ready = true;
    ownedBy(SELF);

    assertThat(events).containsExactly("here");
  }

  @Test
  void whatOthersSendIsRefusedWhenThisNodeLeadsNoMoreOrIsNotReadyForLong() {
    owner = SELF;
    router.request(documents(), "/a", forwarded(), PARTITION, () -> events.add("here"));
    ownedBy("next");
    assertThat(failure.getAndSet(null)).isInstanceOf(NotOwnerException.class);

    owner = SELF;
    router.request(documents(), "/a", forwarded(), PARTITION, () -> events.add("here"));
    now.addAndGet(TimeUnit.SECONDS.toMicros(1));
    router.ownerChanged(PARTITION, SELF);
    assertThat(failure.get()).isInstanceOf(NotOwnerException.class);

    assertThat(events).isEmpty();
  }
}
