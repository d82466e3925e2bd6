// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.thread.Ticks;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the segments of the log that no replica set needs any more, and has replica sets need
 * less. Looks soon after the log has begun a new segment, and again while there is more than one:
 * the later, the longer it has stayed so. Thread-safe.
 */
final class LogShortening {

  /** Heartbeats until the first look. */
  private static final int SOON_BEATS = 3;

  /** Heartbeats between two looks, if nothing has come of many. */
  private static final int MOST_BEATS = 12;

  /** The log may have so many segments before replica sets are asked to need less. */
  private static final int KEPT_SEGMENTS = 2;

  private final WriteAheadLog log;
  private final Ticks ticks;
  private final Executor background;
  private final Collection<RaftReplicaSet> groups;
  private final Consumer<Throwable> onFailure;

  /** One look at a time. */
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Counts plans, of which the latest one holds. */
  private long plans;

  private int pause = SOON_BEATS;

  /** Whether a look comes as soon as can be. */
  private boolean soon;

  private volatile boolean closed;

  /**
   * Prepares it.
   *
   * @param background where it may wait for the disk
   * @param groups the node's replica sets, whichever they are at the time
   * @param onFailure told if the log fails
   */
  LogShortening(
      WriteAheadLog log,
      Ticks ticks,
      Executor background,
      Collection<RaftReplicaSet> groups,
      Consumer<Throwable> onFailure) {
    this.log = log;
    this.ticks = ticks;
    this.background = background;
    this.groups = groups;
    this.onFailure = onFailure;
  }

  void begin() {
    log.onNewSegment(this::lookSoon);
    lookSoon();
  }

  /** Looks no more. */
  void close() {
    closed = true;
  }

  private synchronized void lookSoon() {
    if (!soon) {
      pause = SOON_BEATS;
      plan();
    }
  }

  private void plan() {
    boolean wanted = log.segmentCount() > 1 && !closed;
    soon = wanted && pause == SOON_BEATS;
    long plan = ++plans;
    if (wanted) {
      ticks.schedule(() -> begin(plan), pause, SECONDS);
    }
  }

  private synchronized void begin(long plan) {
    if (plan == plans && !closed) {
      soon = false;
      background.execute(this::look);
    }
  }

  private void look() {
    int before = log.segmentCount();
    shorten();
    again(log.segmentCount() < before);
  }

  private synchronized void again(boolean shortened) {
    if (!soon) { // else a new segment was begun meanwhile
      pause = shortened ? SOON_BEATS : Math.min(2 * pause, MOST_BEATS);
      plan();
    }
  }

  private void shorten() {
    if (closed || !looking.compareAndSet(false, true)) {
      return;
    }
    try {
      groups.forEach(RaftReplicaSet::release);
      for (LogPart pinning : log.deleteReleased()) {
        if (log.segmentCount() > KEPT_SEGMENTS && !log.carryForward(pinning)) {
          RaftReplicaSet group = startedAs(pinning.name());
          if (group != null) {
            group.seekRelease();
          }
        }
      }
    } catch (IOException e) {
      if (!closed) {
        onFailure.accept(e);
      }
    } finally {
      looking.set(false);
    }
  }

  private @Nullable RaftReplicaSet startedAs(String logName) {
    for (RaftReplicaSet group : groups) {
      if (group.logName().equals(logName)) {
        return group;
      }
    }
    return null;
  }
}
