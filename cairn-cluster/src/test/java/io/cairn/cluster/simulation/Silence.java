// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import java.util.Random;

/**
 * Times of calm in which, after some writes, nobody asks for anything: by then what was appended
 * must be committed, answered and applied everywhere, without a further write that carries it
 * along. Which write is the last one matters, so it falls silent often.
 */
final class Silence {

  private static final int MOST_WRITES = 16;

  /** So many writes at most follow on a snapshot, for which a node flushes at another moment. */
  private static final int MOST_AFTER_SNAPSHOT = 3;

  private static final long LONGEST_PAUSE = 2 * VirtualTime.MILLIS;
  private static final long LIMIT = 10 * VirtualTime.SECONDS;
  private static final long STEP = 10 * VirtualTime.MILLIS;

  private final World world;
  private final Random random;

  /** For how many groups clients still write. */
  private int writing;

  Silence(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  /**
   * Lets clients write for a moment, so fast that turns have much to do, and then no more; returns
   * when all of it has come to its end.
   *
   * @param loss the share of frames that are lost until the silence begins
   */
  void fall(double loss) {
    long pause = (long) (random.nextDouble() * LONGEST_PAUSE);
    world.network().lose(loss, pause);
    writing = world.scenario().groups();
    world
        .scenario()
        .groupIds()
        .forEach(group -> write(group, 1 + random.nextInt(MOST_WRITES), pause));
    long limit = world.time().now() + LIMIT;
    for (String open = open(); open != null; open = open()) {
      if (world.time().now() >= limit) {
        throw world.verdict().broken("not all was committed in silence: " + open);
      }
      world.runUntil(world.time().now() + STEP);
    }
  }

  private void write(String group, int times, long pause) {
    int before = snapshots();
    world
        .time()
        .after(
            (long) (random.nextDouble() * pause),
            () -> {
              world.clients(group).propose();
              int left = times - 1;
              if (snapshots() > before) {
                left = Math.min(left, random.nextInt(MOST_AFTER_SNAPSHOT));
              }
              if (left > 0) {
                write(group, left, pause);
              } else if (--writing == 0) {
                world.network().calm();
                world.trace().note("", "silence", "");
              }
            });
  }

  private int snapshots() {
    return world.counts().getOrDefault("snapshots", 0);
  }

  /** Returns what was begun and has not come to its end everywhere, or null. */
  private String open() {
    if (writing > 0) {
      return "the clients still write";
    }
    for (String group : world.scenario().groupIds()) {
      SimulatedProcess leader = world.operator().leader(group);
      String open = leader == null ? group + " has no leader" : open(group, leader);
      if (open != null) {
        return open;
      }
    }
    return null;
  }

  /** Returns what was begun in a group that has a leader, and has not come to its end, or null. */
  String open(String group, SimulatedProcess leader) {
    long unanswered = world.clients(group).unanswered();
    return unanswered > 0
        ? unanswered + " writes to " + group + " have not ended"
        : behind(group, leader.group(group), world.ledger(group));
  }

  private String behind(String group, ReplicaSet leader, ReplicaSetLedger ledger) {
    for (Member member : leader.members()) {
      SimulatedProcess process = world.node(member.nodeId()).process();
      MapMachine machine = process == null ? null : process.machine(group);
      if (machine == null) {
        return group + " is not started on " + member.nodeId();
      }
      if (machine.index() != ledger.lastCommand()) {
        return group
            + " on "
            + member.nodeId()
            + " stands at "
            + machine.index()
            + " of "
            + ledger.lastCommand();
      }
      ledger.copied(member.nodeId(), machine.index(), machine.digest());
    }
    return null;
  }
}
