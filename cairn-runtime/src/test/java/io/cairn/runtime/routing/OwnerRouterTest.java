// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.peer.PeerNetwork;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.MemoryStorage;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.peers.Peers;
import io.cairn.service.Operation;
import io.cairn.service.Operation.OperationOption;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnerRouterTest {

  private static final Peers NOBODY =
      new Peers(
          (PeerNetwork)
              Proxy.newProxyInstance(
                  PeerNetwork.class.getClassLoader(),
                  new Class<?>[] {PeerNetwork.class},
                  (_, _, _) -> null),
          node -> null);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final OwnerRouter router =
      new OwnerRouter(
          new ForwardedCalls(NOBODY, node -> null, () -> 0), timer, Runnable::run, () -> 0);
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @AfterEach
  void stop() {
    timer.shutdown();
  }

  private Operation forwarded() {
    Operation op =
        Operation.createPut(URI.create("http://127.0.0.1/a"))
            .setCompletion((ended, thrown) -> failure.set(thrown));
    op.toggleOption(OperationOption.FORWARDED, true);
    return op;
  }

  @Test
  void whatWasMeantForAPartitionOfAnotherGroupIsNotDone() {
    router.request(new MemoryStorage(), "/a", forwarded(), "another-group/3", () -> done.set(true));

    assertThat(done).isFalse();
    assertThat(failure.get()).isInstanceOf(NotOwnerException.class);
  }

  /** A node that owns all documents of a group of several. */
  private static DocumentStorage spread() {
    MemoryStorage alone = new MemoryStorage();
    return (DocumentStorage)
        Proxy.newProxyInstance(
            DocumentStorage.class.getClassLoader(),
            new Class<?>[] {DocumentStorage.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "isSpread" -> true;
                  case "refusal" -> null;
                  default -> method.invoke(alone, arguments);
                });
  }

  private Operation local() {
    return Operation.createPut(URI.create("http://127.0.0.1/a"))
        .setExpiration(TimeUnit.MINUTES.toMicros(1))
        .setCompletion((ended, thrown) -> failure.set(thrown));
  }

  @Test
  void handlerThatFailsWithTheFailureOfAnotherOperationRunsOnce() {
    Operation outer = local();
    for (Operation inner : List.of(forwarded(), outer.clone())) {
      AtomicInteger runs = new AtomicInteger();
      Throwable passedOn = new NotOwnerException(inner, "not mine");
      failure.set(null);

      router.request(
          spread(),
          "/a",
          outer,
          null,
          () -> {
            runs.incrementAndGet();
            outer.fail(passedOn);
          });

      assertThat(failure.get()).isSameAs(passedOn);
      assertThat(runs).hasValue(1);
      outer.setCompletion((ended, thrown) -> failure.set(thrown));
    }
  }

  @Test
  void operationThatNothingWasDoneForIsRepeated() {
    AtomicInteger tries = new AtomicInteger();
    Operation op = local().setCompletion((ended, thrown) -> done.set(thrown == null));

    router.request(
        spread(),
        "/a",
        op,
        null,
        () -> {
          if (tries.incrementAndGet() == 1) {
            op.fail(new NotOwnerException(op, "not mine"));
          } else {
            op.complete();
          }
        });

    await().untilTrue(done);
    assertThat(tries).hasValue(2);
  }

  @Test
  void whatWasMeantForTheOwnerIsDone() {
    router.request(new MemoryStorage(), "/a", forwarded(), null, () -> done.set(true));

    assertThat(done).isTrue();
    assertThat(failure.get()).isNull();
  }
}
