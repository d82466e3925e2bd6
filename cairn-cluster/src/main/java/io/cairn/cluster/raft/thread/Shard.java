// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationTimer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of some replica sets, one after the other, in <em>turns</em>. A turn takes what
 * waits for all of them. At its end, once for all of them, what the tasks have written leaves: what
 * needs no disk at once, so that the followers write while this node does; then, if one of them
 * wants its log on the disk, there is one fsync; then what waited for that is done and leaves too.
 *
 * <p>While the disk is quick the shard waits for it, so that nothing is handed over. While it is
 * slow another thread does, one at a time, and only the replica sets that have written wait: their
 * tasks are kept until the fsync has ended, as if the turn had lasted so long for them. The others'
 * turns, heartbeats and timers go on.
 *
 * <p>Tasks may be given by any thread. The queue is bounded by what may be put into it: proposals
 * in flight are, timers and messages are few.
 */
public final class Shard {

  /** Tasks run before their outcome leaves. */
  private static final int TURN = 4096;

  /** So often others are let run before an fsync, while they bring more tasks. */
  private static final int MOST_YIELDS = 4;

  /** A replica set's task, or one of the shard's own. */
  private record Task(@Nullable SerialExecutor owner, Runnable task) {}

  /** What the shard's turns end with. */
  public interface Surroundings {

    /** Makes durable what was written to the log. Any thread. */
    void flush() throws IOException;

    /** Tells whether that may take long. */
    boolean isDiskSlow();

    /** Lets other threads bring tasks. */
    void giveWay();

    /** A task has failed in a way that the node cannot bear. Any thread. */
    void failed(Throwable cause);
  }

  private final int number;
  private final Executor thread;
  private final Executor writer;
  private final ReplicationTimer timer;
  private final Surroundings surroundings;
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** Who had a task in this turn. */
  private final List<SerialExecutor> active = new ArrayList<>();

  /** Who wants its log on the disk, and is not waiting for an fsync that has begun. */
  private final List<SerialExecutor> wanting = new ArrayList<>();

  private Runnable post = () -> {};

  /** Whether the writer has not yet said that it is done. */
  private boolean writing;

  /**
   * Creates one.
   *
   * @param thread runs the turns
   * @param writer waits for the disk while that is slow
   */
  Shard(
      int number,
      Executor thread,
      Executor writer,
      ReplicationTimer timer,
      Surroundings surroundings) {
    this.number = number;
    this.thread = thread;
    this.writer = writer;
    this.timer = timer;
    this.surroundings = surroundings;
  }

  /** Returns which of the node's shards this is. */
  public int number() {
    return number;
  }

  /** Returns what runs tasks later, as a rule on this shard's own thread. */
  public ReplicationTimer timer() {
    return timer;
  }

  /** Sets what sends the messages of a turn; before the first task. */
  public void onPost(Runnable sending) {
    post = sending;
  }

  void execute(@Nullable SerialExecutor owner, Runnable task) {
    tasks.add(new Task(owner, task));
    wake();
  }

  /** Within a turn: there shall be an fsync at its end, once, for a replica set. */
  void wantDisk(SerialExecutor owner) {
    wanting.add(owner);
  }

  private void wake() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      try {
        thread.execute(this::turn);
      } catch (RejectedExecutionException closing) {
        turn(); // the engines have ended: their tasks only still answer those who wait
      }
    }
  }

  /** Whatever fails in it, the shard goes on with its next turn. */
  private void turn() {
    try {
      runTurn();
    } catch (RuntimeException | Error e) {
      surroundings.failed(e);
    } finally {
      wanting.forEach(SerialExecutor::hold); // they came while the writer was at work
      active.forEach(SerialExecutor::passive);
      active.clear();
      scheduled.set(false);
      if (!tasks.isEmpty() || (!wanting.isEmpty() && !writing)) {
        wake();
      }
    }
  }

  private void runTurn() {
    runTasks();
    if (!wanting.isEmpty() && !writing) {
      letOthersJoin();
    }
    leave();
    while (!wanting.isEmpty() && !writing) {
      if (surroundings.isDiskSlow()) {
        handToWriter();
      } else {
        waitForDisk();
        leave();
      }
    }
  }

  private void waitForDisk() {
    boolean durable = isFlushed();
    List<SerialExecutor> done = List.copyOf(wanting);
    wanting.clear();
    done.forEach(this::activate);
    active.forEach(one -> guarded(() -> one.afterDisk(durable)));
    done.forEach(SerialExecutor::release);
  }

  /** Has all that is written up to now made durable by the writer; who has written it waits. */
  private void handToWriter() {
    List<SerialExecutor> written = List.copyOf(wanting);
    wanting.clear();
    written.forEach(SerialExecutor::hold);
    writing = true;
    Runnable work =
        () -> {
          boolean durable = isFlushed();
          execute(null, () -> writerIsDone(written, durable));
        };
    try {
      writer.execute(work);
    } catch (RejectedExecutionException closing) {
      work.run();
    }
  }

  private void writerIsDone(List<SerialExecutor> written, boolean durable) {
    writing = false;
    for (SerialExecutor one : written) {
      activate(one);
      guarded(() -> one.afterDisk(durable));
    }
    leave();
    written.forEach(SerialExecutor::release);
  }

  /** Runs something that must not keep what follows from being done. */
  void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      surroundings.failed(e);
    }
  }

  private void activate(SerialExecutor one) {
    if (one.activate()) {
      active.add(one);
    }
  }

  private void runTasks() {
    for (int i = 0; i < TURN; i++) {
      Task next = tasks.poll();
      if (next == null) {
        return;
      }
      SerialExecutor owner = next.owner();
      if (owner == null) {
        next.task().run();
      } else if (!owner.keeps(next.task())) {
        activate(owner);
        owner.run(next.task());
      }
    }
  }

  /**
   * While others who are ready to run bring tasks, lets them, so that they share the fsync and the
   * frames. Costs next to nothing when nobody else runs, and saves most of the fsyncs when
   * processors are scarce.
   */
  private void letOthersJoin() {
    for (int i = 0; i < MOST_YIELDS; i++) {
      surroundings.giveWay();
      if (tasks.isEmpty()) {
        return;
      }
      runTasks();
    }
  }

  private void leave() {
    active.forEach(SerialExecutor::leave);
    guarded(post);
  }

  /** Returns whether all is durable; if not, the log has failed, and says so itself. */
  private boolean isFlushed() {
    try {
      surroundings.flush();
      return true;
    } catch (IOException failed) {
      return false;
    } catch (RuntimeException | Error e) {
      surroundings.failed(e);
      return false;
    }
  }
}
