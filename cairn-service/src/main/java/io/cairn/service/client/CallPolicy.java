// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import io.cairn.document.HybridClock;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.client.Transport.Outgoing;
import io.cairn.service.client.Transport.Reply;
import io.cairn.service.failure.CallFailure;
import io.cairn.service.http.OperationVocabulary;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an answer: a value, a failure, or another attempt. A read is attempted again
 * whenever waiting may help. An update is attempted again only if it certainly was not begun: it
 * was not sent, or the host refused it before any handler saw it.
 */
final class CallPolicy {

  private static final int ATTEMPTS = 5;
  private static final long USUAL_DELAY_SECONDS = 1;

  private CallPolicy() {}

  /** Sends a request until it has a success or a failure that no other attempt would mend. */
  static CompletableFuture<Reply> send(Transport transport, Outgoing request) {
    CompletableFuture<Reply> result = new CompletableFuture<>();
    attempt(transport, request, 1, result);
    return result;
  }

  private static void attempt(
      Transport transport, Outgoing request, int number, CompletableFuture<Reply> result) {
    if (request.deadlineMicros() <= HybridClock.systemMicros()) {
      result.completeExceptionally(
          CallFailure.of(
              OperationVocabulary.STATUS_CODE_TIMEOUT,
              request.target(),
              null,
              "There is no time left to call " + request.target(),
              null));
      return;
    }
    var _ =
        transport
            .send(request)
            .whenComplete(
                (reply, thrown) -> {
                  if (reply != null && reply.status() < 400) {
                    result.complete(reply);
                    return;
                  }
                  CallFailure failure =
                      reply == null ? lost(request, cause(thrown)) : refused(request, reply);
                  long delay = delayOf(request, reply, failure);
                  boolean again = number < ATTEMPTS && delay >= 0 && leaves(request, delay);
                  if (!again || !later(transport, request, number + 1, delay, result)) {
                    result.completeExceptionally(failure);
                  }
                });
  }

  /** Whether there will be another attempt; a host that stops takes no more tasks. */
  private static boolean later(
      Transport transport,
      Outgoing request,
      int number,
      long delayMillis,
      CompletableFuture<Reply> result) {
    try {
      transport.later(delayMillis, () -> attempt(transport, request, number, result));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private static boolean leaves(Outgoing request, long delayMillis) {
    return TimeUnit.MILLISECONDS.toMicros(delayMillis)
        < request.deadlineMicros() - HybridClock.systemMicros();
  }

  /** After how many milliseconds another attempt is safe and may help; negative if it is not. */
  private static long delayOf(Outgoing request, @Nullable Reply reply, CallFailure failure) {
    boolean read = request.verb().equals("GET");
    if (reply == null) {
      boolean unsent = failure.getCause() instanceof ConnectException;
      return read || unsent ? TimeUnit.SECONDS.toMillis(USUAL_DELAY_SECONDS) : -1;
    }
    String after = reply.header(OperationVocabulary.RETRY_AFTER_HEADER);
    boolean refused = reply.status() == 503 || reply.status() == 429 || reply.status() == 507;
    boolean safe = read || failure.isNotBegun();
    return refused && safe && after != null ? TimeUnit.SECONDS.toMillis(seconds(after)) : -1;
  }

  private static long seconds(String retryAfter) {
    try {
      return Math.max(0, Long.parseLong(retryAfter.strip()));
    } catch (NumberFormatException e) {
      return USUAL_DELAY_SECONDS; // a date, which our hosts do not send
    }
  }

  private static CallFailure refused(Outgoing request, Reply reply) {
    ServiceErrorResponse error = reply.error();
    String message =
        error == null || error.message == null
            ? "%s %s answered %d".formatted(request.verb(), request.target(), reply.status())
            : error.message;
    return CallFailure.of(reply.status(), request.target(), error, message, null);
  }

  /** No answer: of an update that may have been sent, nobody knows what became of it. */
  private static CallFailure lost(Outgoing request, Throwable cause) {
    ServiceErrorResponse error = null;
    if (!(cause instanceof ConnectException) && !request.verb().equals("GET")) {
      error = new ServiceErrorResponse();
      error.setInternalErrorCode(ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN);
    }
    return CallFailure.of(
        OperationVocabulary.STATUS_CODE_UNAVAILABLE,
        request.target(),
        error,
        "%s %s has no answer: %s".formatted(request.verb(), request.target(), cause.getMessage()),
        cause);
  }

  /** The failure itself, without what futures put around it. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * Waits for a result.
   *
   * @throws CallFailure if it failed
   */
  static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another service", e);
    } catch (ExecutionException e) {
      switch (cause(e)) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }
}
