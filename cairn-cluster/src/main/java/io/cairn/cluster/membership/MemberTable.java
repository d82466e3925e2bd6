// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.cluster.membership.ClusterMember.State.ALIVE;
import static io.cairn.cluster.membership.ClusterMember.State.SUSPECT;

import io.cairn.cluster.membership.MembershipEvent.Left.Reason;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.scalecube.cluster.membership.MemberStatus;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of what the library reports, and of the claims that pass by, the events that we promise.
 *
 * <p>The library knows launches only; here a node has at most one launch at a time. A suspicion is
 * read off the claims by SWIM's rule: a claim counts if its incarnation is higher than the one
 * known, and at the same incarnation SUSPECT outdoes ALIVE. Confined to the protocol's thread, but
 * for {@link #others}.
 */
final class MemberTable implements ClaimFilter {

  private static final Logger LOG = LoggerFactory.getLogger(MemberTable.class);

  /** Launches that are remembered although they are no members. */
  private static final int REMEMBERED = 4096;

  private final String nodeId;
  private final Launch self;
  private final long selfStartedMillis;
  private final Reprieve reprieve;
  private final Consumer<MembershipEvent> events;

  /** Members by node id, and the same by launch id. */
  private final Map<String, Entry> current = new HashMap<>();

  private final Map<String, Entry> launches = new HashMap<>();

  /** Launches that claim the id of a living member, by launch id. */
  private final RecentMap<String, Entry> waiting = new RecentMap<>(REMEMBERED);

  /** Launches that said good-bye: an id is never used again. */
  private final RecentMap<String, Boolean> departed = new RecentMap<>(REMEMBERED);

  /** Launches that were given up; they may come back unless another has taken their place. */
  private final RecentMap<String, Boolean> former = new RecentMap<>(REMEMBERED);

  /** Highest incarnation heard of launches that are no members yet. */
  private final RecentMap<String, Integer> heard = new RecentMap<>(REMEMBERED);

  private int incarnation;
  private volatile List<ClusterMember> others = List.of();

  private static final class Entry {
    ClusterMember member;
    Announcement announcement;
    int incarnation;

    Entry(ClusterMember member, Announcement announcement, int incarnation) {
      this.member = member;
      this.announcement = announcement;
      this.incarnation = incarnation;
    }

    boolean isOlderThan(Entry other) {
      int order = Long.compare(announcement.startedMillis(), other.announcement.startedMillis());
      return order < 0
          || (order == 0 && member.launchId().compareTo(other.member.launchId()) < 0);
    }
  }

  MemberTable(
      ClusterMember self,
      long startedMillis,
      Reprieve reprieve,
      Consumer<MembershipEvent> events) {
    this.nodeId = self.nodeId();
    this.self = new Launch(self.launchId(), self.nodeId(), self.address().toString());
    this.selfStartedMillis = startedMillis;
    this.reprieve = reprieve;
    this.events = events;
  }

  /** Returns the other members as of the events so far. For any thread. */
  List<ClusterMember> others() {
    return others;
  }

  /** Returns what this node claims of itself. */
  Claim ownClaim() {
    return new Claim(self, MemberStatus.ALIVE, incarnation);
  }

  /** A launch answers. */
  void added(Launch launch, Announcement announcement) {
    String launchId = launch.launchId();
    Entry present = find(launchId).orElse(null);
    if (present != null && reprieve.over(launchId)) {
      backAgain(present, announcement);
    }
    if (present != null || isOver(launch)) {
      return;
    }
    Integer known = heard.remove(launchId);
    Entry entry =
        new Entry(
            new ClusterMember(
                launch.nodeId(), launchId, URI.create(launch.address()),
                announcement.metadata(), ALIVE),
            announcement,
            known == null ? 0 : known);
    if (launch.nodeId().equals(nodeId)) {
      ownIdClaimed(entry);
      return;
    }
    Entry incumbent = current.get(launch.nodeId());
    if (incumbent == null) {
      join(entry);
    } else if (incumbent.member.address().equals(entry.member.address())) {
      leave(incumbent, Reason.CRASH);
      join(entry);
    } else if (entry.isOlderThan(incumbent)) {
      leave(incumbent, Reason.CRASH);
      join(entry);
      contest(entry, incumbent);
    } else {
      contest(incumbent, entry);
    }
  }

  /** A launch says something else about itself. */
  void updated(String launchId, Announcement announcement) {
    find(launchId)
        .filter(entry -> announcement.version() > entry.announcement.version())
        .ifPresent(
            entry -> {
              entry.announcement = announcement;
              Map<String, String> previous = entry.member.metadata();
              if (!previous.equals(announcement.metadata())) {
                ClusterMember changed = entry.member.saying(announcement.metadata());
                change(entry, changed, new MembershipEvent.Updated(changed, previous));
              }
            });
  }

  /** A launch is given up. */
  void removed(String launchId) {
    heard.remove(launchId);
    if (waiting.remove(launchId) == null) {
      find(launchId)
          .filter(
              entry ->
                  !reprieve.grant(entry.member, () -> leaveAndReplace(entry, Reason.CRASH)))
          .ifPresent(entry -> leaveAndReplace(entry, Reason.CRASH));
    }
  }

  /** A launch that was given up in error answers again. */
  private void backAgain(Entry entry, Announcement announcement) {
    Integer known = heard.remove(entry.member.launchId());
    entry.incarnation = known == null ? 0 : known;
    if (entry.member.state() == SUSPECT) {
      ClusterMember well = entry.member.in(ALIVE);
      change(entry, well, new MembershipEvent.Recovered(well));
    }
    updated(entry.member.launchId(), announcement);
  }

  /** Returns where those are that are to be greeted although they are members. */
  List<URI> doubtful() {
    return reprieve.addresses();
  }

  @Override
  public boolean incoming(Claim claim) {
    Launch launch = claim.launch();
    if (launch.launchId().equals(self.launchId())) {
      return launch.equals(self);
    }
    return observe(claim);
  }

  @Override
  public boolean isSelf(Launch launch) {
    return launch.launchId().equals(self.launchId());
  }

  @Override
  public boolean outgoing(Claim claim) {
    if (claim.launch().launchId().equals(self.launchId())) {
      incarnation = Math.max(incarnation, claim.incarnation());
      return true;
    }
    return claim.status() == MemberStatus.LEAVING || observe(claim);
  }

  /** Takes a claim into account and returns whether it is worth anything. */
  private boolean observe(Claim claim) {
    String launchId = claim.launch().launchId();
    if (claim.status() == MemberStatus.LEAVING) {
      return left(launchId);
    }
    if (isOver(claim.launch())) {
      return false;
    }
    Entry entry = find(launchId).orElse(null);
    if (entry == null) {
      if (claim.status() == MemberStatus.ALIVE) {
        heard.merge(launchId, claim.incarnation(), Math::max);
      }
      return true;
    }
    boolean suspected = entry.member.state() == SUSPECT;
    if (claim.incarnation() > entry.incarnation) {
      entry.incarnation = claim.incarnation();
      if (suspected && claim.status() == MemberStatus.ALIVE) {
        ClusterMember well = entry.member.in(ALIVE);
        change(entry, well, new MembershipEvent.Recovered(well));
        return true;
      }
    }
    if (!suspected
        && claim.status() == MemberStatus.SUSPECT
        && claim.incarnation() == entry.incarnation) {
      ClusterMember doubtful = entry.member.in(SUSPECT);
      change(entry, doubtful, new MembershipEvent.Suspected(doubtful));
    }
    return true;
  }

  /**
   * A launch said good-bye. Good-byes of those who are no members are refused: the library would
   * keep them for ever and pass them round.
   */
  private boolean left(String launchId) {
    Optional<Entry> entry = find(launchId);
    if (entry.isEmpty()) {
      return false;
    }
    departed.put(launchId, true);
    if (waiting.remove(launchId) == null) {
      leaveAndReplace(entry.get(), Reason.LEAVE);
    }
    return true;
  }

  /**
   * Whether a launch is known never to come back: it said good-bye, or its node was started anew.
   * Others that have not noticed yet go on telling of it, and to ask it for its metadata would only
   * fill the log.
   */
  private boolean isOver(Launch launch) {
    String launchId = launch.launchId();
    Entry holder = current.get(launch.nodeId());
    return departed.containsKey(launchId)
        || (former.containsKey(launchId)
            && holder != null
            && !holder.member.launchId().equals(launchId)
            && holder.member.address().toString().equals(launch.address()));
  }

  private void ownIdClaimed(Entry entry) {
    Entry own = new Entry(ownMember(), new Announcement(0, selfStartedMillis, Map.of()), 0);
    if (own.isOlderThan(entry)) {
      contest(own, entry);
    } else {
      contest(entry, own);
    }
    waiting.put(entry.member.launchId(), entry);
  }

  private ClusterMember ownMember() {
    return new ClusterMember(
        nodeId, self.launchId(), URI.create(self.address()), Map.of(), ALIVE);
  }

  private void contest(Entry first, Entry second) {
    LOG.error(
        "Two nodes claim the id {}: {} was first, {} is not taken in",
        first.member.nodeId(),
        first.member,
        second.member);
    if (!second.member.launchId().equals(self.launchId())) {
      waiting.put(second.member.launchId(), second);
    }
    events.accept(new MembershipEvent.Conflicted(first.member, second.member));
  }

  private void join(Entry entry) {
    current.put(entry.member.nodeId(), entry);
    launches.put(entry.member.launchId(), entry);
    LOG.info("Joined: {}", entry.member);
    publish(new MembershipEvent.Joined(entry.member));
  }

  private void leaveAndReplace(Entry entry, Reason reason) {
    leave(entry, reason);
    waiting.values().stream()
        .filter(other -> other.member.nodeId().equals(entry.member.nodeId()))
        .reduce((a, b) -> b.isOlderThan(a) ? b : a)
        .ifPresent(
            heir -> {
              waiting.remove(heir.member.launchId());
              join(heir);
            });
  }

  private void leave(Entry entry, Reason reason) {
    current.remove(entry.member.nodeId());
    launches.remove(entry.member.launchId());
    former.put(entry.member.launchId(), true);
    var _ = reprieve.over(entry.member.launchId());
    LOG.info("Left ({}): {}", reason, entry.member);
    publish(new MembershipEvent.Left(entry.member, reason));
  }

  private void change(Entry entry, ClusterMember changed, MembershipEvent event) {
    entry.member = changed;
    if (current.get(changed.nodeId()) == entry) {
      LOG.debug("{}", event);
      publish(event);
    }
  }

  private void publish(MembershipEvent event) {
    others = current.values().stream().map(entry -> entry.member).toList();
    events.accept(event);
  }

  private Optional<Entry> find(String launchId) {
    @Nullable Entry contender = waiting.get(launchId);
    return Optional.ofNullable(contender != null ? contender : launches.get(launchId));
  }
}
