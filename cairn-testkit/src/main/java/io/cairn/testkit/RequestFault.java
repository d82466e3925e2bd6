// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong with requests to a path, until it is closed; with only the next one, if
 * {@link RequestFaults#next} made it. Thread-safe.
 */
public final class RequestFault implements AutoCloseable {

  /** What becomes of a request. */
  @FunctionalInterface
  private interface Fate {
    void befall(Operation op, Consumer<Operation> onward, ScheduledExecutorService timer);
  }

  private final RequestFaults faults;
  private final String path;
  private final boolean once;
  private final AtomicInteger met = new AtomicInteger();
  private volatile @Nullable Action action;
  private volatile @Nullable Fate fate;

  RequestFault(RequestFaults faults, String path, boolean once) {
    this.faults = faults;
    this.path = path;
    this.once = once;
  }

  /** Limits it to requests of one verb. Said before what goes wrong. */
  public RequestFault only(Action verb) {
    action = verb;
    return this;
  }

  /** The request is not done, and is answered with a status from 400 on. */
  public RequestFault fails(int status) {
    return fails(status, "The test has this request fail");
  }

  /** As the other form, with the message of the error body. */
  public RequestFault fails(int status, String message) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a failure has a status from 400 to 599, not " + status);
    }
    return happens(
        (op, onward, timer) -> op.fail(status, new IllegalStateException(message), null));
  }

  /**
   * The request is begun only after a while by the host's clock, which {@link TestClock#advance}
   * shortens. Whoever asked may have given up by then.
   */
  public RequestFault takes(Duration duration) {
    return happens(
        (op, onward, timer) -> {
          var _ = timer.schedule(() -> onward.accept(op), duration.toNanos(), TimeUnit.NANOSECONDS);
        });
  }

  /**
   * The request is done, but whoever asked hears only that its outcome is not known: 503 with the
   * error code of unknown outcomes, as after the loss of a connection.
   */
  public RequestFault losesItsAnswer() {
    return happens(
        (op, onward, timer) -> {
          op.nestCompletion(
              (done, failure) ->
                  StandardRefusal.OUTCOME_UNKNOWN.answer(
                      op, "The test has the answer to this request lost"));
          onward.accept(op);
        });
  }

  private RequestFault happens(Fate what) {
    if (fate != null) {
      throw new IllegalStateException("it has been said what goes wrong at " + path);
    }
    fate = what;
    faults.arm(this);
    return this;
  }

  /** How many requests it has met. */
  public int met() {
    return met.get();
  }

  /**
   * Waits until it has met so many requests.
   *
   * @throws AssertionError if they do not come within ten seconds
   */
  public RequestFault awaitMet(int requests) {
    TestContext.waitFor(
        Notifications.LIMIT,
        () -> met() >= requests,
        "%d requests to %s".formatted(requests, path));
    return this;
  }

  boolean matches(String link) {
    return path.endsWith("*")
        ? link.startsWith(path.substring(0, path.length() - 1))
        : link.equals(path);
  }

  /** Whether this request is its own; then it is counted. */
  boolean meets(Operation op) {
    Action wanted = action;
    if (!matches(op.getUri().getPath()) || (wanted != null && wanted != op.getAction())) {
      return false;
    }
    if (once && !met.compareAndSet(0, 1)) {
      return false;
    }
    if (once) {
      close();
    } else {
      met.incrementAndGet();
    }
    return true;
  }

  void happen(Operation op, Consumer<Operation> onward, ScheduledExecutorService timer) {
    Fate present = fate;
    if (present == null) {
      onward.accept(op);
    } else {
      present.befall(op, onward, timer);
    }
  }

  /** Lets further requests pass. */
  @Override
  public void close() {
    faults.disarm(this);
  }

  @Override
  public String toString() {
    return "fault at " + path + ", met " + met + " times";
  }
}
