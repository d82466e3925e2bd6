// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftState;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * When a member that hears nothing of its leader may try to follow it.
 *
 * <p>The engine looks at every beat, and all members at the same one: most would see the timeout a
 * whole beat late, and then all at once, so that each votes for itself. So the look comes right
 * after the timeout, for one member after the other, in an order that differs from replica set to
 * replica set. No member begins before its timeout has passed: that is what leases rest on.
 */
public final class Candidacy {

  /**
   * The engine's clock counts milliseconds of its own; those that must still wait see {@link
   * PreVoteQueue}.
   */
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** The next member begins so much later: time enough for an election. */
  private static final long STAGGER_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

  /** Later ranks begin together, so that no look is put off for long. */
  private static final int LAST_RANK = 3;

  private Candidacy() {}

  /**
   * Says when to look next.
   *
   * @param beat nanoseconds until the next beat
   * @param timeout nanoseconds until the leader may be taken for dead; negative if it may be now
   * @param rank the member's place among those who may lead
   */
  public static long untilLook(long beat, long timeout, int rank) {
    if (timeout > beat) {
      return beat;
    }
    return timeout > 0 ? timeout + turn(rank) : beat + turn(rank);
  }

  /**
   * Says for how much longer a look that is due now has to wait for the member's turn. A look at a
   * beat at which the leader was not to be overdue yet may come late, when it is: then all members
   * would begin at once.
   *
   * @param timeout nanoseconds until the leader may be taken for dead; negative if it may be now
   * @return not positive if it need not wait
   */
  public static long untilTurn(long timeout, int rank) {
    return timeout > MARGIN_NANOS ? 0 : timeout + turn(rank);
  }

  private static long turn(int rank) {
    return MARGIN_NANOS + Math.min(rank, LAST_RANK) * STAGGER_NANOS;
  }

  /**
   * Lets the engine look for a new leader if it wrongly believes to do so already. One that asks
   * whether it would be elected, and then hears of a leader of its own term, stops asking, but does
   * not forget that it asked: when that leader dies, it would wait for its own question for ever.
   * By the time that the leader is overdue, whatever was asked before has timed out.
   */
  public static void takeUpAgain(RaftNodeImpl engine) {
    RaftState state = engine.state();
    if (state.role() == RaftRole.FOLLOWER
        && state.preCandidateState() != null
        && state.leader() != null
        && engine.isLeaderHeartbeatTimeoutElapsed()) {
      engine.leader(null);
      engine.runPreVote();
    }
  }

  /**
   * Returns this member's place in the order in which members of its replica set follow their
   * leader.
   */
  public static int rank(String group, RaftEndpoint local, RaftNode node) {
    Collection<RaftEndpoint> voters = node.getEffectiveMembers().getVotingMembers();
    RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
    int rank = 0;
    for (RaftEndpoint other : voters) {
      if (!other.equals(local) && !other.equals(leader) && isBefore(group, other, local)) {
        rank++;
      }
    }
    return rank;
  }

  /** Tells whether a member comes before this one in the order, whoever was the leader. */
  public static boolean isBefore(String group, RaftEndpoint other, RaftEndpoint local) {
    int its = place(group, other);
    int own = place(group, local);
    return its < own
        || (its == own && NodeEndpoint.idOf(other).compareTo(NodeEndpoint.idOf(local)) < 0);
  }

  private static int place(String group, RaftEndpoint member) {
    int hash = (group + '\n' + NodeEndpoint.idOf(member)).hashCode();
    hash *= 0x9E3779B9; // names that differ in their last letter alone shall not keep its order
    return hash ^ (hash >>> 15);
  }
}
