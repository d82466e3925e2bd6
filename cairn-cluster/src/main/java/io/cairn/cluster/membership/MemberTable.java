// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.cluster.membership.ClusterMember.State.ALIVE;
import static io.cairn.cluster.membership.ClusterMember.State.SUSPECT;

import io.cairn.cluster.membership.MembershipEvent.Left.Reason;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.Status;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launches that live as far as this node knows, and the events that follow from their changes.
 *
 * <p>The protocol watches launches; a member is a node, which has at most one launch at a time. A
 * second launch at another address is a contender: it is watched without any events, and takes the
 * place of the first when that one goes. Confined to the protocol's thread, but for {@link
 * #others}.
 */
final class MemberTable {

  private static final Logger LOG = LoggerFactory.getLogger(MemberTable.class);

  /** Launches that are remembered although they are gone. */
  private static final int REMEMBERED = 4096;

  private final ClusterMember self;
  private final Announcement selfAnnouncement;
  private final Consumer<MembershipEvent> events;

  /** All launches that live, by launch id; the order is the same in each run of a simulation. */
  private final Map<String, Peer> peers = new TreeMap<>();

  /** Those of them that are members, by node id. */
  private final Map<String, Peer> holders = new HashMap<>();

  /** Launches that never come back: they said good-bye, or their node was started anew. */
  private final RecentMap<String, Boolean> over = new RecentMap<>(REMEMBERED);

  /** Launches that were given up, with their incarnation; a higher one brings them back. */
  private final RecentMap<String, Integer> givenUp = new RecentMap<>(REMEMBERED);

  private volatile List<ClusterMember> others = List.of();

  /** A launch that lives. */
  static final class Peer {
    final Launch launch;
    ClusterMember member;
    Announcement announcement;
    int incarnation;
    @Nullable Suspicion suspicion;

    Peer(Launch launch, ClusterMember member, Announcement announcement, int incarnation) {
      this.launch = launch;
      this.member = member;
      this.announcement = announcement;
      this.incarnation = incarnation;
    }

    /** Returns what this node claims of it. */
    Claim claim() {
      return new Claim(
          launch,
          suspicion == null ? Status.ALIVE : Status.SUSPECT,
          incarnation,
          announcement.version(),
          suspicion == null ? Set.of() : suspicion.accusers());
    }

    private boolean isOlderThan(Peer other) {
      int order = Long.compare(announcement.startedMillis(), other.announcement.startedMillis());
      return order < 0 || (order == 0 && member.launchId().compareTo(other.member.launchId()) < 0);
    }
  }

  MemberTable(ClusterMember self, Announcement announcement, Consumer<MembershipEvent> events) {
    this.self = self;
    this.selfAnnouncement = announcement;
    this.events = events;
  }

  /** Returns the other members as of the events so far. For any thread. */
  List<ClusterMember> others() {
    return others;
  }

  Collection<Peer> peers() {
    return peers.values();
  }

  @Nullable Peer peer(String launchId) {
    return peers.get(launchId);
  }

  /** Returns how many there are, this node included. */
  int size() {
    return peers.size() + 1;
  }

  /** Whether a launch is known never to come back, whatever others still tell of it. */
  boolean isOver(Launch launch) {
    Peer holder = holders.get(launch.nodeId());
    boolean replaced =
        givenUp.containsKey(launch.launchId())
            && holder != null
            && holder.launch.address().equals(launch.address());
    return replaced || over.containsKey(launch.launchId());
  }

  void isOverNow(String launchId) {
    over.put(launchId, true);
  }

  /** Returns the least incarnation at which a launch that is none of the peers is believed. */
  int leastIncarnation(String launchId) {
    Integer last = givenUp.get(launchId);
    return last == null ? 0 : last + 1;
  }

  /** A launch has spoken for itself for the first time, or since it was given up. */
  Peer added(Claim claim, Announcement announcement) {
    Launch launch = claim.launch();
    ClusterMember member =
        new ClusterMember(
            launch.nodeId(), launch.launchId(), launch.address(), announcement.metadata(), ALIVE);
    Peer peer = new Peer(launch, member, announcement, claim.incarnation());
    peers.put(launch.launchId(), peer);
    givenUp.remove(launch.launchId());
    Peer incumbent = holders.get(launch.nodeId());
    if (launch.nodeId().equals(self.nodeId())) {
      ownIdClaimed(peer);
    } else if (incumbent == null) {
      join(peer);
    } else if (incumbent.launch.address().equals(launch.address())) {
      peers.remove(incumbent.launch.launchId());
      isOverNow(incumbent.launch.launchId());
      leave(incumbent, Reason.CRASH);
      join(peer);
    } else if (peer.isOlderThan(incumbent)) {
      leave(incumbent, Reason.CRASH);
      join(peer);
      contest(peer, incumbent);
    } else {
      contest(incumbent, peer);
    }
    return peer;
  }

  /** A launch says something else about itself. */
  void updated(Peer peer, Announcement announcement) {
    if (announcement.version() > peer.announcement.version()) {
      peer.announcement = announcement;
      Map<String, String> previous = peer.member.metadata();
      if (!previous.equals(announcement.metadata())) {
        ClusterMember changed = peer.member.saying(announcement.metadata());
        change(peer, changed, new MembershipEvent.Updated(changed, previous));
      }
    }
  }

  /** A launch is suspected from now on, unless it was already. */
  void suspected(Peer peer, Suspicion suspicion) {
    peer.suspicion = suspicion;
    if (peer.member.state() == ALIVE) {
      ClusterMember doubtful = peer.member.in(SUSPECT);
      change(peer, doubtful, new MembershipEvent.Suspected(doubtful));
    }
  }

  /** A launch is well. */
  void cleared(Peer peer) {
    peer.suspicion = null;
    if (peer.member.state() == SUSPECT) {
      ClusterMember well = peer.member.in(ALIVE);
      change(peer, well, new MembershipEvent.Recovered(well));
    }
  }

  /** A launch is gone. */
  void removed(Peer peer, Reason reason) {
    String launchId = peer.launch.launchId();
    peers.remove(launchId);
    if (reason == Reason.LEAVE) {
      isOverNow(launchId);
    } else {
      givenUp.put(launchId, peer.incarnation);
    }
    if (holders.get(peer.launch.nodeId()) == peer) {
      leave(peer, reason);
      peers.values().stream()
          .filter(other -> other.launch.nodeId().equals(peer.launch.nodeId()))
          .reduce((a, b) -> b.isOlderThan(a) ? b : a)
          .ifPresent(this::join);
    }
  }

  private void ownIdClaimed(Peer claimant) {
    Launch launch = new Launch(self.launchId(), self.nodeId(), self.address());
    Peer own = new Peer(launch, self, selfAnnouncement, 0);
    if (own.isOlderThan(claimant)) {
      contest(own, claimant);
    } else {
      contest(claimant, own);
    }
  }

  private void contest(Peer first, Peer second) {
    LOG.error(
        "Two nodes claim the id {}: {} was first, {} is not taken in",
        first.member.nodeId(),
        first.member,
        second.member);
    events.accept(new MembershipEvent.Conflicted(first.member, second.member));
  }

  private void join(Peer peer) {
    holders.put(peer.member.nodeId(), peer);
    LOG.info("{} joined", peer.member);
    publish(new MembershipEvent.Joined(peer.member));
  }

  private void leave(Peer peer, Reason reason) {
    holders.remove(peer.member.nodeId());
    LOG.info("{} {}", peer.member, reason == Reason.LEAVE ? "left" : "is given up");
    publish(new MembershipEvent.Left(peer.member, reason));
  }

  private void change(Peer peer, ClusterMember changed, MembershipEvent event) {
    peer.member = changed;
    if (holders.get(changed.nodeId()) == peer) {
      LOG.debug("{}", event);
      publish(event);
    }
  }

  private void publish(MembershipEvent event) {
    others = holders.values().stream().map(peer -> peer.member).toList();
    events.accept(event);
  }
}
