// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request that waits for an answer of the applications that it was given to. The first counts; a
 * failure counts when there is no application left that could answer. Thread-safe.
 */
final class PendingReply {

  private static final MessageAnswer NOBODY =
      MessageAnswer.saying(MessageAnswer.Kind.NO_APPLICATION, "the node has no application");

  private final CompletableFuture<MessageAnswer> answer = new CompletableFuture<>();
  private final AtomicInteger candidates = new AtomicInteger(1);
  private final AtomicReference<MessageAnswer> reason = new AtomicReference<>(NOBODY);
  private final int maxBytes;

  /**
   * Makes one.
   *
   * @param maxBytes largest reply
   * @param millis how long the sender waits
   */
  PendingReply(int maxBytes, int millis) {
    this.maxBytes = maxBytes;
    var _ =
        answer.completeOnTimeout(
            MessageAnswer.saying(MessageAnswer.Kind.EXPIRED, "nobody replied in time"),
            millis,
            TimeUnit.MILLISECONDS);
  }

  CompletableFuture<MessageAnswer> answer() {
    return answer;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** One more application can answer. */
  void candidate() {
    candidates.incrementAndGet();
  }

  /** An application cannot answer any more; the reason that tells most counts. */
  void without(MessageAnswer cause) {
    reason.accumulateAndGet(
        cause, (known, other) -> known.kind().compareTo(other.kind()) >= 0 ? known : other);
    noFurther();
  }

  /** No further application gets the request. */
  void noFurther() {
    if (candidates.decrementAndGet() == 0) {
      answer.complete(reason.get());
    }
  }

  boolean isOpen() {
    return !answer.isDone();
  }

  /** Whether the sender has given up. */
  boolean isExpired() {
    return answer.isDone() && answer.join().kind() == MessageAnswer.Kind.EXPIRED;
  }

  boolean answer(MessageAnswer given) {
    return answer.complete(given);
  }
}
