// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of hosts under test. It goes on by itself like the machine's, and jumps forward when the
 * test says so: what documents expire by, maintenance runs by, tasks time out by, services idle by,
 * and whatever {@code ServiceHost.schedule} was given. Consensus, membership and the time that a
 * request may take stay on the machine's clock, and so does code that asks {@link Instant#now()}
 * instead of {@code ServiceHost.now()}. Thread-safe.
 */
public final class TestClock {

  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

  private final AtomicLong aheadNanos = new AtomicLong();
  private final List<Timer> timers = new CopyOnWriteArrayList<>();

  /** The time that the hosts have. */
  public Instant now() {
    return Instant.now().plusNanos(aheadNanos.get());
  }

  /** How far it is ahead of the machine's. */
  public Duration ahead() {
    return Duration.ofNanos(aheadNanos.get());
  }

  /**
   * Jumps forward, and returns when all that has become due on the hosts' timers has been begun. A
   * timer that has become due several times over runs once, as on a machine that was suspended: to
   * see maintenance run three times, advance three times. What ran may have handed its work on to
   * other threads, so wait for its result.
   *
   * @throws IllegalArgumentException if the duration is negative: time does not go back
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back, not even by " + duration);
    }
    aheadNanos.addAndGet(duration.toNanos());
    timers.removeIf(ScheduledThreadPoolExecutor::isShutdown);
    timers.forEach(Timer::settle);
  }

  /**
   * As {@link #advance(Duration)}, to a moment.
   *
   * @throws IllegalArgumentException if it lies in the past
   */
  public void advanceTo(Instant moment) {
    advance(Duration.between(now(), moment));
  }

  long aheadMicros() {
    return TimeUnit.NANOSECONDS.toMicros(aheadNanos.get());
  }

  ScheduledThreadPoolExecutor newTimer(ThreadFactory threads) {
    Timer timer = new Timer(threads);
    timers.add(timer);
    return timer;
  }

  @Override
  public String toString() {
    return now().truncatedTo(ChronoUnit.MILLIS) + ", ahead by " + ahead();
  }

  /** Runs its tasks by the time of the clock: each jump brings all of them nearer. */
  private final class Timer extends ScheduledThreadPoolExecutor {

    Timer(ThreadFactory threads) {
      super(1, threads);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Runnable task, RunnableScheduledFuture<V> planned) {
      return new Planned<>(planned, task instanceof Wake);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
        Callable<V> task, RunnableScheduledFuture<V> planned) {
      return new Planned<>(planned, false);
    }

    /** Waits until everything that is due has run. */
    void settle() {
      try {
        var _ = schedule(new Wake(), 0, TimeUnit.NANOSECONDS);
        FutureTask<Boolean> last = new FutureTask<>(() -> true);
        execute(last);
        if (!Thread.currentThread().getName().equals("cairn-timer")) {
          last.get(SETTLE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        }
      } catch (RejectedExecutionException e) {
        timers.remove(this); // The host stops.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the hosts' timers ran", e);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("A host's timer is stuck since the clock was moved", e);
      }
    }

    /** A task and by how much the clock was ahead when its delay began. */
    private final class Planned<V> implements RunnableScheduledFuture<V> {
      private final RunnableScheduledFuture<V> task;
      private final boolean first;
      private long aheadAtStart = aheadNanos.get();

      Planned(RunnableScheduledFuture<V> task, boolean first) {
        this.task = task;
        this.first = first;
      }

      @Override
      public void run() {
        aheadAtStart = aheadNanos.get(); // A periodic task plans its next run from here.
        task.run();
      }

      @Override
      public long getDelay(TimeUnit unit) {
        long left = task.getDelay(TimeUnit.NANOSECONDS) - (aheadNanos.get() - aheadAtStart);
        return unit.convert(left, TimeUnit.NANOSECONDS);
      }

      @Override
      public int compareTo(Delayed other) {
        if (first) {
          return -1;
        }
        return other instanceof Planned<?> planned && planned.first
            ? 1
            : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
      }

      @Override
      public boolean cancel(boolean interrupts) {
        boolean cancelled = task.cancel(interrupts);
        if (cancelled && getRemoveOnCancelPolicy()) {
          getQueue().remove(this);
        }
        return cancelled;
      }

      @Override
      public boolean isPeriodic() {
        return task.isPeriodic();
      }

      @Override
      public boolean isCancelled() {
        return task.isCancelled();
      }

      @Override
      public boolean isDone() {
        return task.isDone();
      }

      @Override
      public V get() throws InterruptedException, ExecutionException {
        return task.get();
      }

      @Override
      public V get(long timeout, TimeUnit unit)
          throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(timeout, unit);
      }
    }
  }

  /** Goes before all others, so that the timer's thread looks at them anew. */
  private static final class Wake implements Runnable {
    @Override
    public void run() {
      // That it was taken out of the queue is all.
    }
  }
}
