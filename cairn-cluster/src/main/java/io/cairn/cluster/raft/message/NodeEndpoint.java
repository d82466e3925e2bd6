// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member as the consensus core names it: a node in one <em>life</em> in the replica set. A node
 * that joins begins a new life, with a name of its own, since it knows nothing of what it has
 * promised before: old configurations, which it may read again in the log or which an outdated
 * member may hold still, name an earlier life, and neither let it vote nor count what it says. Who
 * begins the replica set has no life in its name. Immutable; each message asks for node and life,
 * so they are cut out of the name once.
 */
public final class NodeEndpoint implements RaftEndpoint {

  /**
   * A voter that is never there. The engine lets half of an even number of voters commit, since
   * more than half must elect; but a leader deposed with a change of members under way may have
   * another number in mind, and the two need not meet. With this voter the number is odd, and both
   * need a majority of those who are there.
   */
  public static final NodeEndpoint ABSENT = new NodeEndpoint("~");

  private static final int LIFE_DIGITS = 12;

  private final String id;
  private final String nodeId;
  private final String life;

  /**
   * Names a member.
   *
   * @param id the node's name, and behind a tilde twelve hexadecimal digits of the life, if any
   */
  public NodeEndpoint(String id) {
    int at = id.length() - LIFE_DIGITS - 1;
    boolean named = at > 0 && id.charAt(at) == '~' && isLife(id, at + 1);
    this.id = id;
    this.nodeId = named ? id.substring(0, at) : id;
    this.life = named ? id.substring(at + 1) : "";
  }

  /** Returns a node in a life, which may be empty. */
  static NodeEndpoint of(String nodeId, String life) {
    return new NodeEndpoint(life.isEmpty() ? nodeId : nodeId + '~' + life);
  }

  /** Returns a node in a life named by chance. */
  public static NodeEndpoint ofNewLife(String nodeId, long random) {
    return of(nodeId, HexFormat.of().toHexDigits(random, LIFE_DIGITS));
  }

  /** Tells whether a text names a life, or is empty. */
  static boolean isLife(String text) {
    return text.isEmpty() || (text.length() == LIFE_DIGITS && isLife(text, 0));
  }

  private static boolean isLife(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      char digit = text.charAt(at);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Returns which of the members is a node, in whatever life; null if none is. */
  public static @Nullable NodeEndpoint in(Collection<RaftEndpoint> members, String nodeId) {
    for (RaftEndpoint member : members) {
      if (member instanceof NodeEndpoint endpoint && endpoint.nodeId().equals(nodeId)) {
        return endpoint;
      }
    }
    return null;
  }

  /** Returns the voters, with the absent one if there would be an even number above two. */
  public static Set<RaftEndpoint> madeOdd(Collection<? extends RaftEndpoint> voters) {
    Set<RaftEndpoint> odd = new LinkedHashSet<>(voters);
    odd.remove(ABSENT);
    if (odd.size() > 2 && odd.size() % 2 == 0) {
      odd.add(ABSENT);
    }
    return odd;
  }

  @Override
  public Object getId() {
    return id;
  }

  /** Returns the member's name: node and life. */
  public String id() {
    return id;
  }

  public static String idOf(RaftEndpoint endpoint) {
    return endpoint.getId().toString();
  }

  public static String nodeIdOf(RaftEndpoint endpoint) {
    return endpoint instanceof NodeEndpoint member
        ? member.nodeId
        : new NodeEndpoint(idOf(endpoint)).nodeId;
  }

  /** Returns the node's name. */
  public String nodeId() {
    return nodeId;
  }

  /** Returns the life's name; empty if it has none. */
  String life() {
    return life;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeEndpoint member && id.equals(member.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }

  /**
   * Returns the mode under which this member reads a change of members that another one has
   * written, or that its log holds. The engine ends when it applies its own removal; but who reads
   * such an entry was added again since: a member being removed is not sent it.
   */
  MembershipChangeMode modeFor(RaftEndpoint changed, MembershipChangeMode written) {
    return written == MembershipChangeMode.REMOVE_MEMBER && equals(changed)
        ? MembershipChangeMode.ADD_LEARNER
        : written;
  }
}
