// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameViolation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Something that awaits an answer. It is queued, then sent, then done, and ends with exactly one
 * outcome, which says whether it was sent. Thread-safe.
 *
 * @param <T> what answers it
 */
abstract class PeerCall<T> {
  /** How far it has come. */
  private enum State {
    QUEUED,
    SENT,
    DONE
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
  private final PeerStream stream;
  private final CompletableFuture<T> future = new Answer();
  private volatile @Nullable Future<?> timer;
  private volatile @Nullable PeerConnection connection;
  private volatile long id;

  PeerCall(PeerStream stream) {
    this.stream = stream;
  }

  /** Whoever cancels it takes the question back. */
  private final class Answer extends CompletableFuture<T> {
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      if (cancelled) {
        takeBack();
      }
      return cancelled;
    }

    void withdraw() {
      unreachable("it was withdrawn before there was a connection");
    }
  }

  /** Gives up what has returned this future, if it is a call's and was not sent. */
  static void withdraw(CompletableFuture<?> future) {
    if (future instanceof PeerCall<?>.Answer answer) {
      answer.withdraw();
    }
  }

  final CompletableFuture<T> future() {
    return future;
  }

  final PeerStream stream() {
    return stream;
  }

  /** Starts the clock. */
  final void expireAfter(Duration timeout, DueTimer clock) {
    timer = clock.after(timeout.toNanos(), () -> timedOut(timeout));
    if (state.get() == State.DONE) {
      stopTimer();
    }
  }

  /** Event loop: the connection will carry it. */
  final void over(PeerConnection value) {
    connection = value;
  }

  final @Nullable PeerConnection connection() {
    return connection;
  }

  /** Event loop: it is about to be written; says whether it still should be. */
  final boolean sending(long correlation) {
    id = correlation;
    return state.compareAndSet(State.QUEUED, State.SENT);
  }

  /** Whether nobody waits for it any more. */
  final boolean isDone() {
    return state.get() == State.DONE;
  }

  /** Marks it done; says whether it was not before. */
  final boolean finish() {
    if (state.getAndSet(State.DONE) == State.DONE) {
      return false;
    }
    stopTimer();
    return true;
  }

  /** It will not be sent: there is no way to the peer. */
  final void unreachable(String reason) {
    unsent(new PeerUnreachableException(description() + ": " + reason, null));
  }

  /** It will not be sent: there is no room for it. */
  final void crowdedOut() {
    unsent(new PeerQueueFullException(description() + ": too much waits to be sent there"));
  }

  /** It will not be sent: no node would take it. */
  final void tooLarge(int bytes) {
    unsent(
        new PeerRefusedException(
            description() + ": it has " + bytes + " bytes, which is too much", false));
  }

  private void unsent(PeerException failure) {
    if (state.compareAndSet(State.QUEUED, State.DONE)) {
      stopTimer();
      fail(failure);
    }
  }

  /** The connection over which it was sent has ended. */
  void connectionLost(String reason) {
    if (state.compareAndSet(State.SENT, State.DONE)) {
      stopTimer();
      fail(
          new PeerConnectionLostException(
              description() + " was sent, the answer did not come: " + reason));
    }
  }

  private void timedOut(Duration timeout) {
    String text = " within " + timeout.toMillis() + " ms";
    if (state.compareAndSet(State.QUEUED, State.DONE)) {
      fail(new PeerUnreachableException(description() + ": no connection" + text, null));
    } else if (state.compareAndSet(State.SENT, State.DONE)) {
      forgotten(tellsWhenTimeIsOver());
      fail(new PeerTimeoutException(description() + ": no answer" + text));
    }
  }

  /** Nobody wants the answer any more: it is not sent, or the other side is told. */
  private void takeBack() {
    if (state.compareAndSet(State.QUEUED, State.DONE)) {
      stopTimer();
    } else if (state.compareAndSet(State.SENT, State.DONE)) {
      stopTimer();
      forgotten(true);
    }
  }

  private void forgotten(boolean telling) {
    PeerConnection over = connection;
    if (over != null) {
      over.forget(id);
      if (telling) {
        over.takeBack(stream, id);
      }
    }
  }

  /** Whether the other side has to be told that the time is over: it does not know that itself. */
  abstract boolean tellsWhenTimeIsOver();

  private void stopTimer() {
    Future<?> running = timer;
    if (running != null) {
      var _ = running.cancel(false);
    }
  }

  /** Event loop: takes an answer; says whether more may come. */
  abstract boolean answered(FrameHead head, byte[] payload) throws FrameViolation;

  final void fail(PeerException failure) {
    future.completeExceptionally(failure);
  }

  /** Says what it is; made only when it fails. */
  abstract String description();
}
