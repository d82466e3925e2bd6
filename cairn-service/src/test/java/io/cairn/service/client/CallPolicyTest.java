// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.HybridClock;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.failure.CallFailure;
import io.cairn.service.http.OperationVocabulary;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallPolicyTest {

  private static final class Refused implements Transport.Reply {
    private final String retryAfter;

    Refused(String retryAfter) {
      this.retryAfter = retryAfter;
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public @Nullable String header(String name) {
      return name.equals(OperationVocabulary.RETRY_AFTER_HEADER) ? retryAfter : null;
    }

    @Override
    public boolean hasBody() {
      return false;
    }

    @Override
    public <T> T body(Class<T> type) {
      throw new IllegalArgumentException("no body");
    }

    @Override
    public @Nullable ServiceErrorResponse error() {
      return null;
    }
  }

  /** A host that stops: it answers, but schedules nothing. */
  private record Stopping(String retryAfter) implements Transport {
    @Override
    public CompletableFuture<Reply> send(Outgoing request) {
      return CompletableFuture.completedFuture(new Refused(retryAfter));
    }

    @Override
    public void later(long millis, Runnable task) {
      if (millis > TimeUnit.DAYS.toMillis(1)) {
        throw new AssertionError("nobody waits for so long: " + millis);
      }
      throw new RejectedExecutionException("stopping");
    }
  }

  private static CompletableFuture<Transport.Reply> get(String retryAfter, long deadlineMicros) {
    return CallPolicy.send(
        new Stopping(retryAfter),
        new Transport.Outgoing("GET", "/x", null, Map.of(), deadlineMicros));
  }

  @Test
  void aDelayBeyondTheDeadlineIsNotWaitedFor() {
    long inAMinute = HybridClock.systemMicros() + TimeUnit.MINUTES.toMicros(1);
    for (String far : new String[] {"3600", "9000000000000", Long.toString(Long.MAX_VALUE)}) {
      assertThat(get(far, inAMinute))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(CallFailure.Unavailable.class);
    }
  }

  @Test
  void aHostThatStopsEndsItsCalls() {
    assertThat(get("0", Long.MAX_VALUE))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(CallFailure.Unavailable.class);
  }
}
