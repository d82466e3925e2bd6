// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.Operation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a number of asynchronous events, and fails when the first of them fails or the time is
 * up. Thread-safe.
 */
public class TestContext {

  private static final Logger log = LoggerFactory.getLogger(TestContext.class);

  /** How long a context waits that was given no time. */
  public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLOWEST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A condition that a test waits for. */
  @FunctionalInterface
  public interface WaitHandler {
    /** Whether the condition holds; what it throws ends the wait. */
    boolean isReady() throws Throwable;
  }

  private volatile CountDownLatch left;
  private volatile Duration limit;
  private volatile String name = "test";
  private volatile TestStopwatch begun = new TestStopwatch();
  private volatile long announced;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Creates a context.
   *
   * @param count how many completions to wait for
   * @param limit how long {@link #await()} waits
   */
  public TestContext(int count, Duration limit) {
    this.left = new CountDownLatch(count);
    this.announced = count;
    this.limit = limit;
  }

  /** Creates a context that waits for some microseconds. */
  public static TestContext create(int count, long microseconds) {
    return new TestContext(count, Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(microseconds)));
  }

  /** Says, before anything completes, how many completions to wait for. */
  public TestContext setCount(int count) {
    left = new CountDownLatch(count);
    announced = count;
    return this;
  }

  /** Says how long {@link #await()} waits. */
  public TestContext setTimeout(Duration timeout) {
    limit = timeout;
    return this;
  }

  /** Names what is waited for, in messages and in the log. */
  public TestContext setTestName(String testName) {
    name = testName;
    return this;
  }

  /** Counts one success. */
  public void complete() {
    left.countDown();
  }

  /** The same as {@link #complete()}. */
  public void completeIteration() {
    complete();
  }

  /** Ends the wait with a failure; the first one counts. */
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    CountDownLatch latch = left;
    while (latch.getCount() > 0) {
      latch.countDown();
    }
  }

  /** The same as {@link #fail(Throwable)}. */
  public void failIteration(Throwable cause) {
    fail(cause);
  }

  /** Waits for everything that was announced. */
  public void await() {
    try {
      if (!left.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError(
            "%s: still waiting for %d completions after %s"
                .formatted(name, left.getCount(), limit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new AssertionError(name + ": a completion failed: " + cause, cause);
    }
  }

  /** Begins to measure, and says so in the log. */
  public void logBefore() {
    begun = new TestStopwatch();
    log.info("{}: {} operations", name, announced);
  }

  /**
   * Says in the log how fast it went.
   *
   * @return completions in a second
   */
  public double logAfter() {
    double rate = announced * 1e9 / begun.nanos();
    log.info("{}: {} operations in a second", name, rate);
    return rate;
  }

  /** A completion that counts success, and fails the context otherwise. */
  public Operation.CompletionHandler getCompletion() {
    return (op, thrown) -> {
      if (thrown == null) {
        complete();
      } else {
        fail(thrown);
      }
    };
  }

  /** A consumer for {@code DeferredResult.whenComplete} that counts success. */
  public <T> BiConsumer<T, Throwable> getCompletionDeferred() {
    return (value, thrown) -> {
      if (thrown == null) {
        complete();
      } else {
        fail(thrown);
      }
    };
  }

  /** A completion that counts failure, and fails the context on success. */
  public Operation.CompletionHandler getExpectedFailureCompletion() {
    return (op, thrown) -> {
      if (thrown == null) {
        fail(new IllegalStateException("The operation was expected to fail: " + op));
      } else {
        complete();
      }
    };
  }

  /** As the form with a text, which is made only when it is needed. */
  public static void waitFor(Duration limit, WaitHandler condition, Supplier<String> what) {
    waitFor(
        limit,
        condition,
        new Object() {
          @Override
          public String toString() {
            return what.get();
          }
        });
  }

  /** Waits until a condition holds. */
  public static void waitFor(Duration limit, WaitHandler condition) {
    waitFor(limit, condition, "the condition");
  }

  /**
   * Waits until a condition holds; says what was waited for if it does not come. A condition that
   * takes long to look at is looked at less often, so that looking does not delay what is waited
   * for.
   */
  public static void waitFor(Duration limit, WaitHandler condition, String what) {
    waitFor(limit, condition, (Object) what);
  }

  private static void waitFor(Duration limit, WaitHandler condition, Object what) {
    TestStopwatch waiting = new TestStopwatch();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (true) {
        TestStopwatch looking = new TestStopwatch();
        if (condition.isReady()) {
          return;
        }
        if (waiting.left(limit) < 0) {
          throw new AssertionError("Waited " + limit + " for " + what);
        }
        long pause = Math.clamp(2 * looking.nanos(), POLL_NANOS, SLOWEST_POLL_NANOS);
        if (never.await(pause, TimeUnit.NANOSECONDS)) {
          throw new IllegalStateException("nobody counts this latch down");
        }
      }
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError("The wait for " + what + " ended: " + t, t);
    }
  }
}
