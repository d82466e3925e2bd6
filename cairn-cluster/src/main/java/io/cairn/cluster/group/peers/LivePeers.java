// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.cluster.Member;
import io.cairn.cluster.membership.ClusterMember;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.MembershipEvent;
import io.cairn.net.peer.PeerIdentity;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Who is alive and where, kept from membership's events so that asking costs nothing; and where
 * nodes were last known to be, for those that are not. Safe for all threads.
 */
public final class LivePeers {

  public static final String LEAVING = "leaving";
  public static final String DISK_FULL = "diskFull";

  private final Map<String, ClusterMember> alive = new ConcurrentHashMap<>();
  private final Map<String, URI> known = new ConcurrentHashMap<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Map<String, Map<String, URI>> recorded = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile String self = "";
  private volatile @Nullable URI ownAddress;
  private volatile boolean leaving;
  private volatile boolean full;

  /** Hears of all events from the first on; called once, before the membership is started. */
  public void listen(Membership membership) {
    membership.listener(this::onEvent);
  }

  private void onEvent(MembershipEvent event) {
    ClusterMember member = event.member();
    if (event instanceof MembershipEvent.Left) {
      alive.computeIfPresent(
          member.nodeId(), (id, present) -> present.sameLaunch(member) ? null : present);
    } else if (!(event instanceof MembershipEvent.Conflicted)) {
      seen.add(member.nodeId());
      known.put(member.nodeId(), member.address());
      alive.put(member.nodeId(), member);
    }
    listeners.forEach(Runnable::run);
  }

  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Says which node this is, and where. */
  public void own(String nodeId, URI address) {
    self = nodeId;
    ownAddress = address;
  }

  /** Says that this node is about to stop. */
  public void leaving() {
    leaving = true;
  }

  /** Remembers where a node was, unless it is known better already. */
  public void learn(String nodeId, URI address) {
    if (!alive.containsKey(nodeId)) {
      known.put(nodeId, address);
    }
  }

  /** Notes who the members of a group are, and where that group says that they are. */
  public void record(String group, Map<String, URI> members) {
    recorded.put(group, Map.copyOf(members));
  }

  /**
   * Says why a node may not call itself what it does; null if it may. The id and the address of a
   * living node are its own, and the address of a member of a group is kept for it while it is
   * down. A member that was given up may come back with another address.
   */
  public @Nullable String claim(PeerIdentity peer) {
    String id = peer.nodeId();
    if (recorded.values().stream().anyMatch(group -> peer.address().equals(group.get(id)))) {
      return null;
    }
    ClusterMember namesake = alive.get(id);
    if (namesake != null && !namesake.address().equals(peer.address())) {
      return "node " + id + " lives at " + namesake.address() + ": give the other another --id";
    }
    for (ClusterMember member : alive.values()) {
      if (!member.nodeId().equals(id) && member.address().equals(peer.address())) {
        return peer.address()
            + " is where node "
            + member.nodeId()
            + " lives: set another publicUri";
      }
    }
    for (Map<String, URI> group : recorded.values()) {
      for (Map.Entry<String, URI> member : group.entrySet()) {
        if (member.getValue().equals(peer.address()) && !member.getKey().equals(self)) {
          return peer.address()
              + " is kept for node "
              + member.getKey()
              + ": set another publicUri, or remove that node";
        }
      }
    }
    return null;
  }

  /** Returns where a node is reached, or null if that is not known. */
  public @Nullable URI address(String nodeId) {
    return nodeId.equals(self) ? ownAddress : known.get(nodeId);
  }

  /** Tells whether membership takes the node for alive. This node is. */
  public boolean isAlive(String nodeId) {
    return nodeId.equals(self) || alive.containsKey(nodeId);
  }

  /** Tells whether the node was ever alive since this process started. */
  public boolean wasSeen(String nodeId) {
    return nodeId.equals(self) || seen.contains(nodeId);
  }

  /** Tells whether the node has said that it is about to stop. */
  public boolean isLeaving(String nodeId) {
    if (nodeId.equals(self)) {
      return leaving;
    }
    ClusterMember member = alive.get(nodeId);
    return member != null && member.metadata().containsKey(LEAVING);
  }

  /** Returns what a live node other than this one says about itself, or null. */
  public @Nullable Map<String, String> properties(String nodeId) {
    ClusterMember member = alive.get(nodeId);
    if (member == null) {
      return null;
    }
    Map<String, String> properties = new HashMap<>(member.metadata());
    properties.remove(LEAVING);
    properties.remove(DISK_FULL);
    return properties;
  }

  /** Says whether this node's disk is nearly full. */
  public void full(boolean isFull) {
    full = isFull;
    listeners.forEach(Runnable::run);
  }

  /** Tells whether the node has said that its disk is nearly full, so that it takes no updates. */
  public boolean isFull(String nodeId) {
    if (nodeId.equals(self)) {
      return full;
    }
    ClusterMember member = alive.get(nodeId);
    return member != null && member.metadata().containsKey(DISK_FULL);
  }

  /**
   * Returns which node should lead a group: a node whose disk is nearly full does not where another
   * can.
   *
   * @param preferred which node should otherwise; null for any
   * @return null if it does not matter
   */
  public @Nullable String leader(@Nullable String preferred, List<Member> members) {
    if (preferred != null && !isFull(preferred)) {
      return preferred;
    }
    return isFull(self)
        ? members.stream()
            .filter(Member::voter)
            .map(Member::nodeId)
            .filter(id -> isAlive(id) && !isFull(id))
            .findFirst()
            .orElse(null)
        : null;
  }

  /** Returns the address that membership has for a live node other than this one, or null. */
  public @Nullable URI liveAddress(String nodeId) {
    ClusterMember member = alive.get(nodeId);
    return member == null ? null : member.address();
  }
}
