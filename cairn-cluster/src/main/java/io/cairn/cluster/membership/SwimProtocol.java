// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.MemberTable.Peer;
import io.cairn.cluster.membership.MembershipEvent.Left.Reason;
import io.cairn.cluster.membership.WireMessage.Answer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Question;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Table;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SWIM (Das, Gupta, Motivala, DSN 2002) with the additions of Lifeguard (Dadgar, Phillips, Currey,
 * DSN 2018): what becomes of messages and timers. It differs from SWIM in three things:
 *
 * <ul>
 *   <li>That a member is given up is not passed on (SWIM's Confirm): each ends the suspicions that
 *       it knows of itself, so that the word of a node that is slow ends nobody.
 *   <li>A launch is taken in, for the first time or again, only when it speaks for itself. Whatever
 *       others tell of it makes this node ask, and brings nobody back to life.
 *   <li>Whole tables are compared now and then, which mends what gossip missed.
 * </ul>
 *
 * Confined to the protocol's thread.
 */
final class SwimProtocol {

  /** How long a member that is silent but connected stays at most. */
  static final Duration LONGEST_REPRIEVE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration REPEAT = Duration.ofMillis(100);

  /** Launches that are asked at a time. */
  private static final int MOST_QUESTIONS = 4096;

  private final Launch self;
  private final MembershipSettings settings;
  private final MembershipTransport transport;
  private final SwimRuntime runtime;
  private final SwimTimers timers;
  private final MemberTable table;
  private final Seeds seeds;
  private final BiConsumer<URI, WireMessage> sender;
  private final Gossip gossip;
  private final Prober prober;

  /** Launches that are asked to speak for themselves, by launch id. */
  private final RecentMap<String, Inquiry> inquiries = new RecentMap<>(MOST_QUESTIONS);

  private long round;

  /** Whether another greeting is planned: there is a seed, or a member. */
  private boolean greeting;

  /** Whether another comparison is planned: there is a member. */
  private boolean comparing;

  private record Inquiry(Launch launch, int incarnation, long endNanos) {}

  SwimProtocol(
      Launch self,
      Announcement announcement,
      Surroundings surroundings,
      MemberTable table,
      BiConsumer<URI, WireMessage> sender) {
    this.self = self;
    this.settings = surroundings.settings();
    this.transport = surroundings.transport();
    this.runtime = surroundings.runtime();
    this.seeds = surroundings.seeds();
    this.timers = runtime.timers();
    this.table = table;
    this.sender = sender;
    this.gossip = new Gossip(self, announcement, settings, runtime, table, sender);
    this.prober = new Prober(settings, runtime, table, gossip, this::noAnswer);
  }

  /** What the protocol has around it. */
  record Surroundings(
      MembershipTransport transport,
      MembershipSettings settings,
      SwimRuntime runtime,
      Seeds seeds) {}

  void start() {
    greeting = true;
    greetAgain();
    prober.period();
  }

  /** Lets the others know what this node says about itself from now on. */
  void announce(Announcement announcement) {
    gossip.announce(announcement);
  }

  /** Tells the others that this node goes, and then runs something. */
  void leave(Runnable told) {
    gossip.leave();
    untilTold(told, timers.nanoTime() + settings.leaveTimeout().toNanos());
  }

  private void untilTold(Runnable told, long endNanos) {
    if (table.peers().isEmpty() || !gossip.isTellingOfSelf() || timers.nanoTime() >= endNanos) {
      told.run();
    } else {
      timers.after(settings.gossipInterval().dividedBy(4), () -> untilTold(told, endNanos));
    }
  }

  void received(URI from, WireMessage message) {
    switch (message) {
      case Probe probe -> {
        probe.news().forEach(this::hear);
        prober.received(from, probe);
      }
      case News news -> news.claims().forEach(this::hear);
      case Table other -> {
        other.claims().forEach(this::hear);
        if (!other.isAnswer()) {
          sender.accept(from, new Table(true, claims()));
        }
      }
      case Question question -> asked(from, question);
      case Answer answer -> answered(from, answer);
    }
  }

  /** Decides whether a claim outdoes what is known (SWIM, section 4.2). */
  private void hear(Claim claim) {
    Launch launch = claim.launch();
    if (launch.launchId().equals(self.launchId())) {
      hearOfSelf(claim);
      return;
    }
    Peer peer = table.peer(launch.launchId());
    if (table.isOver(launch) || (peer != null && !peer.launch.equals(launch))) {
      return;
    }
    switch (claim.status()) {
      case ALIVE -> hearAlive(peer, claim);
      case SUSPECT -> {
        if (peer != null) {
          suspect(peer, claim.incarnation(), claim.accusers());
        }
      }
      case LEFT -> hearGoodBye(peer, claim);
    }
  }

  /** Contradicts what others say of this node; to be suspected speaks against its health. */
  private void hearOfSelf(Claim claim) {
    if (claim.incarnation() == WireCodec.MAX_INCARNATION) {
      return; // nobody would read what outdoes it
    }
    Claim own = gossip.ownClaim();
    boolean accused =
        claim.incarnation() > own.incarnation()
            || (claim.incarnation() == own.incarnation() && claim.status() == Status.SUSPECT);
    if (accused && own.status() == Status.ALIVE && claim.launch().equals(self)) {
      prober.health().worse();
      gossip.outdo(claim.incarnation());
    }
  }

  /** Alive outdoes alive and suspect of lower incarnations (SWIM, section 4.2). */
  private void hearAlive(@Nullable Peer peer, Claim claim) {
    if (peer == null) {
      ask(claim.launch(), table.leastIncarnation(claim.launch().launchId()));
      return;
    }
    if (claim.incarnation() > peer.incarnation) {
      peer.incarnation = claim.incarnation();
      table.cleared(peer);
      gossip.add(claim);
    }
    if (claim.version() > peer.announcement.version()) {
      ask(claim.launch(), 0);
    }
  }

  /** A good-bye outdoes everything, as SWIM's Confirm does; only who leaves says it. */
  private void hearGoodBye(@Nullable Peer peer, Claim claim) {
    boolean wasAsked = inquiries.remove(claim.launch().launchId()) != null;
    if (peer != null) {
      table.removed(peer, Reason.LEAVE);
      gossip.add(claim);
    } else if (wasAsked) {
      table.isOverNow(claim.launch().launchId());
    }
  }

  private void noAnswer(Peer peer) {
    suspect(peer, peer.incarnation, Set.of(self.launchId().hashCode()));
  }

  /**
   * Suspect outdoes alive of the same incarnation and everything of lower ones (SWIM, section 4.2).
   * Another accuser shortens the time, and is passed on (Lifeguard, section IV-B).
   */
  private void suspect(Peer peer, int incarnation, Set<Integer> accusers) {
    if (incarnation < peer.incarnation) {
      return;
    }
    Suspicion suspicion = peer.suspicion;
    boolean isNew = suspicion == null || incarnation > peer.incarnation;
    if (suspicion == null || isNew) {
      peer.incarnation = incarnation;
      suspicion = new Suspicion(timers.nanoTime(), settings, table.size());
      table.suspected(peer, suspicion);
    }
    if (!suspicion.confirm(accusers) && !isNew) {
      return;
    }
    gossip.add(peer.claim());
    // A confirmation may end it at once. That is no timer of this node that came late.
    look(peer, suspicion, Math.max(suspicion.endNanos(), timers.nanoTime()));
    if (isNew && !accusers.contains(self.launchId().hashCode())) {
      prober.doubted(peer);
    }
  }

  private void look(Peer peer, Suspicion suspicion, long atNanos) {
    suspicion.lookNanos = atNanos;
    prober.health().whenDue(atNanos, due -> ends(peer, suspicion, due));
  }

  /**
   * The time of a suspicion is over. If this node stood still, the contradiction may wait behind
   * this timer. If there is a connection with the member, it is more likely slow than dead: a
   * connection ends when its process does.
   */
  private void ends(Peer peer, Suspicion suspicion, long atNanos) {
    if (peer.suspicion != suspicion
        || suspicion.lookNanos != atNanos
        || table.peer(peer.launch.launchId()) != peer) {
      return;
    }
    long now = timers.nanoTime();
    if (prober.health().stoodStill(atNanos)) {
      look(peer, suspicion, now + prober.health().stretch(settings.pingInterval()).toNanos());
    } else if (transport.isConnected(peer.launch.address(), peer.launch.launchId())
        && now < suspicion.endNanos() + LONGEST_REPRIEVE.toNanos()) {
      prober.remind(peer);
      look(peer, suspicion, now + LOOK.toNanos());
    } else {
      table.removed(peer, Reason.CRASH);
    }
  }

  /** Asks a launch to speak for itself, again and again for a while. */
  private void ask(Launch launch, int incarnation) {
    if (!inquiries.containsKey(launch.launchId())) {
      long end = timers.nanoTime() + settings.metadataTimeout().toNanos();
      Inquiry inquiry = new Inquiry(launch, incarnation, end);
      inquiries.put(launch.launchId(), inquiry);
      askAgain(inquiry);
    }
  }

  private void askAgain(Inquiry inquiry) {
    String launchId = inquiry.launch().launchId();
    if (!inquiry.equals(inquiries.get(launchId))) {
      return;
    }
    if (timers.nanoTime() >= inquiry.endNanos()) {
      inquiries.remove(launchId);
      return;
    }
    timers.after(REPEAT, () -> askAgain(inquiry));
    sender.accept(inquiry.launch().address(), new Question(launchId, inquiry.incarnation()));
  }

  private void asked(URI from, Question question) {
    Claim own = gossip.ownClaim();
    boolean isMeant = question.launchId().equals(self.launchId()) && own.status() == Status.ALIVE;
    if (isMeant && question.incarnation() > own.incarnation()) {
      gossip.outdo(question.incarnation() - 1);
    }
    if (isMeant) {
      sender.accept(from, new Answer(gossip.ownClaim(), gossip.announcement()));
    } else {
      gossip.tell(from, own);
    }
  }

  private void answered(URI from, Answer answer) {
    Claim claim = answer.claim();
    Launch launch = claim.launch();
    Inquiry inquiry = inquiries.get(launch.launchId());
    if (inquiry == null
        || !inquiry.launch().equals(launch)
        || !launch.address().equals(from)
        || claim.incarnation() < inquiry.incarnation()
        || table.isOver(launch)) {
      return;
    }
    inquiries.remove(launch.launchId());
    Peer peer = table.peer(launch.launchId());
    if (peer != null) {
      table.updated(peer, answer.announcement());
      hear(claim);
    } else if (claim.incarnation() >= table.leastIncarnation(launch.launchId())) {
      table.added(claim, answer.announcement());
      prober.joined(launch.launchId());
      gossip.add(claim);
      greetLater();
      compareLater();
    }
  }

  private List<Claim> claims() {
    List<Claim> claims = new ArrayList<>(table.size());
    claims.add(gossip.ownClaim());
    table.peers().forEach(peer -> claims.add(peer.claim()));
    return claims;
  }

  private void compareLater() {
    if (!comparing) {
      comparing = true;
      timers.after(settings.syncInterval(), this::compareAgain);
    }
  }

  /** Compares the whole table with a member at random. Ends with the last member. */
  private void compareAgain() {
    comparing = false;
    List<Peer> peers = List.copyOf(table.peers());
    if (!peers.isEmpty()) {
      compareLater();
      Peer other = peers.get(runtime.random().nextInt(peers.size()));
      sender.accept(other.launch.address(), new Table(false, claims()));
    }
  }

  private void greetLater() {
    if (!greeting) {
      greeting = true;
      timers.after(settings.seedInterval(), this::greetAgain);
    }
  }

  /** There are other seeds: greets some at once. */
  void seeded() {
    greetLater();
    greet();
  }

  /** Greets each time while this node is alone, and less often otherwise. */
  private void greetAgain() {
    greeting = false;
    boolean alone = table.peers().isEmpty();
    if (!alone || !seeds.isEmpty()) {
      greetLater();
    }
    long ratio = settings.syncInterval().toMillis() / settings.seedInterval().toMillis();
    if (alone || round % Math.max(1, ratio) == 0) {
      greet();
    }
    round++;
  }

  /** Introduces this node to some seeds that are no members; they answer with all they know. */
  private void greet() {
    Set<URI> present =
        table.peers().stream().map(peer -> peer.launch.address()).collect(Collectors.toSet());
    Table greeting = new Table(false, List.of(gossip.ownClaim()));
    seeds.choose(present, runtime.random()).forEach(seed -> sender.accept(seed, greeting));
  }
}
