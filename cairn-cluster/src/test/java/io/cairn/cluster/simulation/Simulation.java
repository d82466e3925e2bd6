// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of a scenario: a time of trouble, then calm, in which every group must find a leader,
 * take writes again, and bring all its replicas to the same state within bounded time. At the end,
 * again and again, some writes over bad links and then silence: what was appended must be committed
 * and applied everywhere with no further proposal that carries it along.
 */
final class Simulation {

  private static final long CALM_STEP = 500 * VirtualTime.MILLIS;
  private static final long CALM_LIMIT = 40 * VirtualTime.SECONDS;

  /** How often writes are followed by silence. */
  private static final int SILENCES = 10;

  /**
   * What a run came to.
   *
   * @param hash differs if anything went differently
   */
  record Report(
      long seed, long hash, long events, long virtualNanos, Map<String, Integer> counts) {}

  private final World world;
  private final Scenario scenario;
  private final Silence silence;

  private Simulation(long seed, boolean readable) {
    this.scenario = Scenario.of(seed);
    this.world = new World(scenario, readable);
    this.silence = new Silence(world, seed * 53 + 11);
  }

  /**
   * Runs a seed.
   *
   * @throws Violation if an invariant did not hold; it carries the events, from a second run
   */
  static Report run(long seed) {
    try {
      return new Simulation(seed, false).run();
    } catch (RuntimeException | AssertionError first) {
      throw traced(seed, first);
    }
  }

  private static Violation traced(long seed, Throwable first) {
    Simulation again = new Simulation(seed, true);
    try {
      again.run();
    } catch (RuntimeException | AssertionError second) {
      return Violation.at(seed, second, again.world.trace().lines());
    }
    return new Violation("seed " + seed + " failed only once: it is not deterministic", first);
  }

  /**
   * Runs a seed and returns all its events in words.
   *
   * @throws Violation if an invariant did not hold; it carries the events
   */
  static List<String> trace(long seed) {
    Simulation simulation = new Simulation(seed, true);
    try {
      simulation.run();
    } catch (RuntimeException | AssertionError failure) {
      throw Violation.at(seed, failure, simulation.world.trace().lines());
    }
    return simulation.world.trace().lines();
  }

  private Report run() {
    world.operator().begin();
    new Chaos(world).begin();
    world.runUntil(scenario.chaosNanos());
    world.trace().note("", "calm", "");
    world.calmDown();
    long limit = world.time().now() + CALM_LIMIT;
    String missing = "nothing was tried";
    while (missing != null) {
      if (world.time().now() >= limit) {
        throw world.verdict().broken("no recovery: " + missing);
      }
      world.runUntil(world.time().now() + CALM_STEP);
      missing = missing();
    }
    for (int i = 0; i < SILENCES; i++) {
      silence.fall(i % 5 == 0 ? 0.2 : 0);
    }
    return report();
  }

  /** Returns what still keeps the groups from being well, or null. */
  private String missing() {
    for (String group : scenario.groupIds()) {
      ReplicaSetLedger ledger = world.ledger(group);
      world.operator().tidy(group);
      world.operator().expel(group);
      SimulatedProcess leader = world.operator().leader(group);
      if (leader == null) {
        return group + " has no leader";
      }
      String open = silence.open(group, leader);
      if (open != null) {
        return open;
      }
      if (ledger.acknowledgedInCalm() == 0) {
        world.clients(group).propose();
        return group + " has not taken a write since";
      }
    }
    if (!world.counts().containsKey("changes of members")) {
      scenario.groupIds().forEach(world.operator()::add);
      scenario.groupIds().forEach(world.operator()::remove);
      return "no members were changed";
    }
    if (!world.counts().containsKey("snapshots")) {
      scenario.groupIds().forEach(group -> world.clients(group).burst());
      return "no group has taken a snapshot";
    }
    return null;
  }

  private Report report() {
    Map<String, Integer> counts = new TreeMap<>(world.counts());
    counts.putAll(world.operator().outcomes());
    for (String group : scenario.groupIds()) {
      world.clients(group).addTo(counts);
      counts.merge("commands", (int) world.ledger(group).commands(), Integer::sum);
    }
    return new Report(
        scenario.seed(), world.trace().hash(), world.time().done(), world.time().now(), counts);
  }
}
