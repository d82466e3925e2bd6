// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.MemberTable.Peer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Step;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The failure detector: SWIM's (sections 3.1 and 4.3) with Lifeguard's self-awareness and buddy
 * system (sections IV-A and IV-C). Confined to the protocol's thread.
 */
final class Prober {

  /** Checks for others that are remembered at a time. */
  private static final int MOST_RELAYS = 4096;

  private final MembershipSettings settings;
  private final SwimTimers timers;
  private final RandomGenerator random;
  private final MemberTable table;
  private final LocalHealth health;
  private final Gossip gossip;
  private final Consumer<Peer> silent;

  /** Launches that are still to be probed in this round. */
  private final List<String> round = new ArrayList<>();

  /** The checks that are running, by number. */
  private final Map<Long, Check> checks = new HashMap<>();

  private final RecentMap<Long, Relay> relays = new RecentMap<>(MOST_RELAYS);
  private long numbers;

  /** Whether another period is planned; a node that is alone has none. */
  private boolean periodic = true;

  /** A check for another member, which called it by a number of its own. */
  private record Relay(URI asker, long number, String launchId) {}

  /** A check of this node's own. */
  private static final class Check {
    final Peer target;
    final long number;
    final Set<URI> helpers = new HashSet<>();
    int asked;
    boolean proves = true;

    Check(Peer target, long number) {
      this.target = target;
      this.number = number;
    }
  }

  /**
   * Makes a detector that is not started.
   *
   * @param silent told of members that did not answer
   */
  Prober(
      MembershipSettings settings,
      SwimRuntime runtime,
      MemberTable table,
      Gossip gossip,
      Consumer<Peer> silent) {
    this.settings = settings;
    this.timers = runtime.timers();
    this.random = runtime.random();
    this.table = table;
    this.health = new LocalHealth(timers, settings.pingTimeout().dividedBy(2));
    this.gossip = gossip;
    this.silent = silent;
  }

  LocalHealth health() {
    return health;
  }

  /** A member that joins comes anywhere in the round, as if it had been there (SWIM, 4.3). */
  void joined(String launchId) {
    round.add(random.nextInt(round.size() + 1), launchId);
    if (!periodic) {
      periodic = true;
      periodLater();
    }
  }

  /**
   * Others suspect a member. Some of those who hear of it check beside the round, and not when that
   * gets there: the suspect hears of it at once, and a real crash has its confirmations in time.
   */
  void doubted(Peer suspect) {
    int confirmers = 4 * Suspicion.MAX_ACCUSERS;
    boolean isChecked = checks.values().stream().anyMatch(check -> check.target == suspect);
    if (!isChecked && random.nextInt(Math.max(1, table.size() - 2)) < confirmers) {
      begin(suspect);
    }
  }

  private void periodLater() {
    after(health.stretch(settings.pingInterval()), due -> period());
  }

  /** Begins another check: a protocol period (SWIM, section 3.1). Ends with the last member. */
  void period() {
    if (table.peers().isEmpty()) {
      periodic = false;
      return;
    }
    periodLater();
    Peer target = next();
    if (target != null) {
      begin(target);
    }
  }

  private void begin(Peer target) {
    Check check = new Check(target, ++numbers);
    checks.put(check.number, check);
    ping(target, check.number);
    after(health.stretch(settings.pingTimeout()), due -> askOthers(check, due));
    after(health.stretch(settings.pingInterval()), due -> judge(check, due));
  }

  private void after(Duration delay, LongConsumer timer) {
    health.whenDue(timers.nanoTime() + delay.toNanos(), timer);
  }

  /** Round-robin in a random order that is drawn anew for each round (SWIM, section 4.3). */
  private @Nullable Peer next() {
    if (round.isEmpty()) {
      table.peers().forEach(peer -> round.add(peer.launch.launchId()));
      Collections.shuffle(round, Random.from(random));
    }
    while (!round.isEmpty()) {
      Peer peer = table.peer(round.removeLast());
      if (peer != null) {
        return peer;
      }
    }
    return null;
  }

  /** Pings a member, and tells it first of all if it is suspected (Lifeguard, section IV-C). */
  private void ping(Peer target, long number) {
    List<Claim> first = new ArrayList<>();
    if (target.suspicion != null) {
      first.add(target.claim());
    }
    first.add(gossip.ownClaim());
    gossip.probe(target.launch.address(), Step.PING, number, target.launch.launchId(), first);
  }

  /** Pings a suspect beside the round. */
  void remind(Peer suspect) {
    ping(suspect, ++numbers);
  }

  /** The answer is late: asks others to try, and tries again itself. */
  private void askOthers(Check begun, long dueNanos) {
    if (!checks.containsKey(begun.number) || !isPeer(begun.target)) {
      return;
    }
    begun.proves &= !health.stoodStill(dueNanos);
    ping(begun.target, begun.number);
    List<Peer> others = new ArrayList<>(table.peers());
    others.removeIf(peer -> peer == begun.target || peer.suspicion != null);
    Collections.shuffle(others, Random.from(random));
    for (Peer other : others.subList(0, Math.min(settings.pingRequestMembers(), others.size()))) {
      begun.asked++;
      begun.helpers.add(other.launch.address());
      gossip.probe(
          other.launch.address(),
          Step.PING_REQUEST,
          begun.number,
          begun.target.launch.launchId(),
          List.of());
    }
  }

  /**
   * A check had no answer. If this node stood still, that proves nothing. If none of several
   * helpers said at least that it is there, the fault may be this node's. (Lifeguard, section IV-A,
   * counts each that did not; one that is slow itself would make all who ask it slow to see a
   * crash.)
   */
  private void judge(Check begun, long dueNanos) {
    boolean isOver = checks.remove(begun.number) == null;
    if (isOver || !isPeer(begun.target)) {
      return;
    }
    if (health.stoodStill(dueNanos) || !begun.proves) {
      return;
    }
    if (begun.asked > 1 && begun.helpers.size() == begun.asked) {
      health.worse();
    }
    silent.accept(begun.target);
  }

  private boolean isPeer(Peer target) {
    return table.peer(target.launch.launchId()) == target;
  }

  /** Takes a step of a check of this node or another. */
  void received(URI from, Probe probe) {
    switch (probe.step()) {
      case PING -> pinged(from, probe);
      case PING_REQUEST -> relay(from, probe);
      case ACK -> acknowledged(probe);
      case NACK -> {
        Check check = checks.get(probe.number());
        if (check != null) {
          check.helpers.remove(from);
        }
      }
    }
  }

  private void pinged(URI from, Probe probe) {
    Claim own = gossip.ownClaim();
    if (!probe.launchId().equals(own.launch().launchId())) {
      // Meant for the launch before this one: whoever asks learns that another lives here.
      gossip.tell(from, own);
    } else if (own.status() == Status.ALIVE) {
      gossip.probe(from, Step.ACK, probe.number(), probe.launchId(), List.of());
    }
  }

  /** Tries for another member; says in time if that fails (Lifeguard, section IV-A). */
  private void relay(URI from, Probe probe) {
    Peer target = table.peer(probe.launchId());
    long number = ++numbers;
    relays.put(number, new Relay(from, probe.number(), probe.launchId()));
    if (target != null) {
      ping(target, number);
    }
    Duration patience =
        settings.pingInterval().minus(settings.pingTimeout()).multipliedBy(3).dividedBy(5);
    timers.after(patience, () -> answer(number, Step.NACK));
  }

  private void answer(long number, Step step) {
    Relay relay = relays.remove(number);
    if (relay != null) {
      gossip.probe(relay.asker(), step, relay.number(), relay.launchId(), List.of());
    }
  }

  private void acknowledged(Probe ack) {
    Check check = checks.get(ack.number());
    if (check != null && check.target.launch.launchId().equals(ack.launchId())) {
      checks.remove(ack.number());
      health.better();
    }
    answer(ack.number(), Step.ACK);
  }
}
