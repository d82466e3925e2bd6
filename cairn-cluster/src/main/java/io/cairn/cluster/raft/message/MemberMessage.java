// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.microraft.model.message.RaftMessage;
import io.microraft.report.RaftGroupMembers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the members of a group tell each other. */
public sealed interface MemberMessage {

  /**
   * A message of the engine, with what our transport adds.
   *
   * @param message the engine's message
   * @param stamp of a leader's request: when it was sent, by the leader's clock; of a question
   *     before an election: the name of its round; of the response: the same
   * @param epoch how many transfers of leadership this term's leader had given up; see {@code
   *     VoteGuard}
   * @param lastIndex of a failed append's response: where the follower's log ends
   * @param committed of a failed append's response: up to where the follower knows its log to be
   *     committed
   */
  public record Engine(RaftMessage message, long stamp, int epoch, long lastIndex, long committed)
      implements MemberMessage {
    public Engine(RaftMessage message) {
      this(message, 0, 0, 0, 0);
    }

    public Engine(RaftMessage message, long stamp, int epoch) {
      this(message, stamp, epoch, 0, 0);
    }
  }

  /** Asks the leader for an index that holds all that was acknowledged; the id comes back. */
  record ReadRequest(long id) implements MemberMessage {}

  /** The answer; an index of -1 says that the asked node cannot tell. */
  record ReadResponse(long id, long index) implements MemberMessage {}

  /** Asks whether the sender is still a member; the index of the configuration that says so. */
  record MemberQuery(long index) implements MemberMessage {}

  /** Says that the receiver is no member by a committed configuration, and at which index. */
  record NotMember(long index) implements MemberMessage {}

  /** Asks a node in which life it is in the group; the number comes back. */
  record LifeQuery(long number) implements MemberMessage {}

  /** The answer, whose sender is named with its life. */
  record Life(long number) implements MemberMessage {}

  /**
   * A start of the sender's disk, to be examined.
   *
   * @param disk drawn by lot when the log was made
   * @param number one above the last start's
   * @param tokens of this start and of those before, the latest first; at least this one's
   */
  record StartClaim(long disk, long number, List<Long> tokens) implements MemberMessage {

    /** So many starts back it is told whether a disk has a history of its own. */
    public static final int MAX_TOKENS = 32;

    public StartClaim {
      tokens = List.copyOf(tokens);
    }

    public long token() {
      return tokens.getFirst();
    }

    /** Returns the token of an earlier start, or of this one; null if it is not known any more. */
    public @Nullable Long tokenOf(long earlier) {
      long back = number - earlier;
      return back < 0 || back >= tokens.size() ? null : tokens.get((int) back);
    }
  }

  /**
   * The answer to a claim.
   *
   * @param token that of the start that was examined
   * @param accepted whether no other start of the disk is known that it does not follow on
   * @param known the number of the last start known before; 0 if none was
   * @param membersIndex the index of the latest configuration that the answering member knows
   * @param voters who votes by that configuration, named with their lives
   */
  public record StartAnswer(
      long token, boolean accepted, long known, long membersIndex, List<String> voters)
      implements MemberMessage {
    public StartAnswer {
      voters = List.copyOf(voters);
    }

    public StartAnswer(long token, boolean accepted, long known) {
      this(token, accepted, known, 0, List.of());
    }

    public StartAnswer naming(RaftGroupMembers members) {
      List<String> names = members.getVotingMembers().stream().map(NodeEndpoint::idOf).toList();
      return new StartAnswer(token, accepted, known, members.getLogIndex(), names);
    }
  }
}
