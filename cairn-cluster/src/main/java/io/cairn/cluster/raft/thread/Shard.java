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

/**
 * Runs the tasks of some replica sets, one after the other, in <em>turns</em>. A turn takes what
 * waits for all of them. At its end, once for all of them, what the tasks have written leaves: what
 * needs no disk at once, so that the followers write while this node does; then, if one of them
 * wants its log on the disk, there is one fsync; then what waited for that is done and leaves too.
 *
 * <p>Tasks may be given by any thread. The queue is bounded by what may be put into it: proposals
 * in flight are, timers and messages are few.
 */
public final class Shard {

  /** Tasks run before their outcome leaves. */
  private static final int TURN = 4096;

  /** So often others are let run before an fsync, while they bring more tasks. */
  private static final int MOST_YIELDS = 4;

  private record Task(SerialExecutor owner, Runnable task) {}

  /** What the shard's turns end with. */
  public interface Surroundings {

    /** Makes durable what was written to the log. */
    void flush() throws IOException;

    /** Lets other threads bring tasks. */
    void giveWay();

    /** A task has failed in a way that the node cannot bear. */
    void failed(Throwable cause);
  }

  private final int number;
  private final Executor thread;
  private final ReplicationTimer timer;
  private final Surroundings surroundings;
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** Who had a task in this turn. */
  private final List<SerialExecutor> active = new ArrayList<>();

  private Runnable post = () -> {};
  private boolean diskWanted;

  Shard(int number, Executor thread, ReplicationTimer timer, Surroundings surroundings) {
    this.number = number;
    this.thread = thread;
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

  void execute(SerialExecutor owner, Runnable task) {
    tasks.add(new Task(owner, task));
    wake();
  }

  /** Within a turn: there shall be an fsync at its end. */
  void wantDisk() {
    diskWanted = true;
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
      active.forEach(SerialExecutor::passive);
      active.clear();
      scheduled.set(false);
      if (!tasks.isEmpty()) {
        wake();
      }
    }
  }

  private void runTurn() {
    runTasks();
    if (diskWanted) {
      letOthersJoin();
    }
    leave();
    while (diskWanted) {
      diskWanted = false;
      boolean durable = isFlushed();
      active.forEach(one -> one.afterDisk(durable));
      leave();
    }
  }

  private void runTasks() {
    for (int i = 0; i < TURN; i++) {
      Task next = tasks.poll();
      if (next == null) {
        return;
      }
      if (next.owner().activate()) {
        active.add(next.owner());
      }
      next.owner().run(next.task());
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
    try {
      post.run();
    } catch (RuntimeException | Error e) {
      surroundings.failed(e);
    }
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
