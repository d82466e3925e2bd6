// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.state.GroupRegister;
import io.cairn.net.FailedFuture;
import io.cairn.net.peer.PeerTrouble;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all groups of a node share.
 *
 * @param settings how the node takes part
 * @param environment what it takes from outside
 * @param register which groups it is in
 * @param leaders tells of partitions' leaders
 * @param timer only wakes others
 * @param closed comes to zero when the node gives up its groups
 */
public record GroupContext(
    GroupSettings settings,
    GroupEnvironment environment,
    GroupRegister register,
    LeaderNews leaders,
    ScheduledExecutorService timer,
    CountDownLatch closed) {

  public LivePeers peers() {
    return environment.peers();
  }

  public String self() {
    return environment.node().nodeId();
  }

  /** Returns this node's address; only after the start. */
  public URI address() {
    URI own = peers().address(self());
    if (own == null) {
      throw new IllegalStateException("node groups were not started");
    }
    return own;
  }

  /** Says that a living node has this one's id or address, so that it must not serve; or null. */
  public @Nullable String claimed() {
    for (PeerTrouble trouble : environment.control().troubles()) {
      if (trouble.kind() == PeerTrouble.Kind.CLAIMED) {
        return "the peer at %s does not take this node in: %s"
            .formatted(trouble.address(), trouble.reason());
      }
    }
    return null;
  }

  public GroupTimings timings() {
    return settings.timings();
  }

  /** Runs a short task later; never, if the node has stopped by then. */
  public void later(Runnable task, Duration delay) {
    try {
      var _ = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopped) {
      // Nothing is to be done any more.
    }
  }

  /** Does something that may block on a virtual thread of its own. */
  public static <T extends @Nullable Object> CompletableFuture<T> onThread(
      String name, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(e);
              } catch (Exception e) {
                result.completeExceptionally(FailedFuture.cause(e));
              } catch (Error e) {
                result.completeExceptionally(e); // whoever waits should not wait for ever
                throw e;
              }
            });
    return result;
  }

  /** Asks a node; the future fails if it does not answer in time, or not what it should. */
  public CompletableFuture<ControlAnswer> ask(@Nullable URI peer, ControlQuestion question) {
    if (peer == null) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("the address of the node is not known"));
    }
    return environment
        .control()
        .request(peer, question.encode(), timings().request())
        .thenApply(ControlAnswer::decode);
  }

  /**
   * Pauses the calling virtual thread between two attempts, for a time that is spread a little.
   * What it waits for happens on other nodes, which tell only when asked.
   *
   * @throws InterruptedException also when the node gives up its groups
   */
  public void pause(Duration about) throws InterruptedException {
    long millis = Math.max(1, about.toMillis());
    long spread = millis / 2 + environment.random().nextInt((int) millis + 1);
    if (closed.await(spread, TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("this node gives up its groups");
    }
  }
}
