// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.MemberTable.Peer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Step;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Passes news on: with each step of a check (SWIM, section 4.1), and, because a round of checks
 * takes long, in messages of its own while there are any. Knows what this node claims of itself.
 * Confined to the protocol's thread.
 */
final class Gossip {

  /** Rumours in a message of their own, and beside a check. */
  private static final int MOST_ALONE = 64;

  private static final int MOST_BESIDE = 8;

  private final Launch self;
  private final MembershipSettings settings;
  private final SwimTimers timers;
  private final RandomGenerator random;
  private final MemberTable table;
  private final BiConsumer<URI, WireMessage> sender;
  private final Rumours rumours = new Rumours();
  private Status status = Status.ALIVE;
  private int incarnation;
  private Announcement announcement;
  private long lastNanos;

  /** When the next spreading is, if there is any; earlier and later timers are void. */
  private @Nullable Long nextNanos;

  Gossip(
      Launch self,
      Announcement announcement,
      MembershipSettings settings,
      SwimRuntime runtime,
      MemberTable table,
      BiConsumer<URI, WireMessage> sender) {
    this.self = self;
    this.announcement = announcement;
    this.settings = settings;
    this.timers = runtime.timers();
    this.random = runtime.random();
    this.table = table;
    this.sender = sender;
    this.lastNanos = timers.nanoTime() - settings.gossipInterval().toNanos();
  }

  /** Returns what this node claims of itself. */
  Claim ownClaim() {
    return new Claim(self, status, incarnation, announcement.version(), Set.of());
  }

  Announcement announcement() {
    return announcement;
  }

  /** This node says something else about itself. */
  void announce(Announcement changed) {
    announcement = changed;
    outdo(incarnation);
  }

  /** Contradicts whatever was claimed of this node at an incarnation (SWIM, section 4.2). */
  void outdo(int claimed) {
    incarnation = Math.max(incarnation, claimed) + 1;
    add(ownClaim());
  }

  /** This node goes. */
  void leave() {
    status = Status.LEFT;
    add(ownClaim());
  }

  boolean isTellingOfSelf() {
    return rumours.isTelling(self.launchId());
  }

  /** Has news passed on, almost at once: an interval has four turns for what is new. */
  void add(Claim claim) {
    rumours.add(claim);
    spreadAt(lastNanos + settings.gossipInterval().toNanos() / 4);
  }

  private void spreadAt(long earliestNanos) {
    long at = Math.max(earliestNanos, timers.nanoTime());
    if (nextNanos == null || at < nextNanos) {
      nextNanos = at;
      timers.after(Duration.ofNanos(at - timers.nanoTime()), () -> spread(at));
    }
  }

  private void spread(long atNanos) {
    if (nextNanos == null || nextNanos != atNanos) {
      return;
    }
    nextNanos = null;
    lastNanos = timers.nanoTime();
    List<Peer> listeners = new ArrayList<>(table.peers());
    Collections.shuffle(listeners, Random.from(random));
    int count = Math.min(settings.gossipFanout(), listeners.size());
    News news = new News(rumours.tell(MOST_ALONE, Math.max(1, count), enough()));
    listeners.subList(0, count).forEach(peer -> sender.accept(peer.launch.address(), news));
    if (!rumours.isEmpty()) {
      spreadAt(lastNanos + settings.gossipInterval().toNanos());
    }
  }

  private long enough() {
    return (long) settings.gossipRepeatMultiplier()
        * Suspicion.bits(table.size())
        * Math.min(settings.gossipFanout(), Math.max(1, table.size() - 1));
  }

  /** Tells one node one thing. */
  void tell(URI to, Claim claim) {
    sender.accept(to, new News(List.of(claim)));
  }

  /** Sends a step of a check with what is to be told first and with some rumours. */
  void probe(URI to, Step step, long number, String launchId, List<Claim> first) {
    List<Claim> news = new ArrayList<>(first);
    news.addAll(rumours.tell(MOST_BESIDE, 1, enough()));
    sender.accept(to, new Probe(step, number, launchId, news));
  }
}
