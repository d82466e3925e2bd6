// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's votes from breaking a lease.
 *
 * <p>A node that has just started may have promised a leader, before, not to vote; it has forgotten
 * when. So it neither votes nor asks for votes for one heartbeat timeout.
 *
 * <p>A transfer of leadership goes around the promise: the leader, having given up its lease, lets
 * a follower ask for votes that others give at once. Should the leader give the transfer up and
 * lead on, its message may still be under way. So appends and transfers carry an <em>epoch</em>,
 * counted up with every transfer given up; who has taken an append of a later epoch of the term
 * takes part in no earlier transfer. The leader's new lease counts answers of the new epoch only.
 *
 * <p>Before an election a node asks whether it would be elected. Each such round has a name, which
 * the answers repeat, so that one to an earlier round, when the leader was not there perhaps, does
 * not start an election against a leader that is.
 *
 * <p>Used on the group's thread.
 */
public final class VoteGuard {

  private final long quietUntil;
  private boolean quiet;
  private int term;
  private int epoch;
  private int triggeredEpoch;
  private int latestTerm;
  private int askedTerm;
  private @Nullable Object round;
  private long roundId;

  /**
   * Creates the guard.
   *
   * @param quiet whether the node may have forgotten a promise
   * @param quietUntil when the promise has ended for sure, in nanoseconds of the clock
   */
  public VoteGuard(boolean quiet, long quietUntil) {
    this.quiet = quiet;
    this.quietUntil = quietUntil;
  }

  /** Tells whether the node neither votes nor asks for votes yet. */
  public boolean isQuiet(long now) {
    if (quiet && now - quietUntil >= 0) {
      quiet = false;
    }
    return quiet;
  }

  /** A peer would not vote; if it is in a later term than it was asked about, because of that. */
  public void refusedIn(int peerTerm) {
    if (peerTerm > askedTerm) {
      latestTerm = Math.max(latestTerm, peerTerm);
    }
  }

  /**
   * Returns the name of a round of questions before an election.
   *
   * @param engineRound what the engine counts its answers in
   */
  public long roundId(@Nullable Object engineRound, QuestionIds questions) {
    if (!Objects.equals(engineRound, round)) {
      round = engineRound;
      roundId = questions.next();
    }
    return roundId;
  }

  /** Tells whether an answer is one to the latest round. */
  public boolean isOfRound(long id) {
    return round != null && id == roundId;
  }

  /**
   * Returns the term to ask about before an election. The engine always asks about its own next
   * one: if it is behind in terms, but alone has a complete log, it would be refused for ever, and
   * nobody else could win. Asked about a later term, the others may agree; from their answers to
   * the election itself, the engine learns the term.
   */
  public int termToAskAbout(int wanted) {
    askedTerm = Math.max(wanted, latestTerm + 1);
    return askedTerm;
  }

  /** An append of a leader was taken. */
  public void appended(int leaderTerm, int leaderEpoch) {
    if (leaderTerm > term) {
      term = leaderTerm;
      epoch = leaderEpoch;
    } else if (leaderTerm == term) {
      epoch = Math.max(epoch, leaderEpoch);
    }
  }

  /** Tells whether a transfer that a leader began in an epoch of its term may still be joined. */
  public boolean mayFollow(int leaderTerm, int leaderEpoch) {
    return leaderTerm > term || (leaderTerm == term && leaderEpoch >= epoch);
  }

  /** This node was asked to take over. */
  public void triggered(int leaderEpoch) {
    triggeredEpoch = leaderEpoch;
  }

  /** Returns the epoch of the transfer that lets this node ask for votes at once. */
  public int triggeredEpoch() {
    return triggeredEpoch;
  }
}
