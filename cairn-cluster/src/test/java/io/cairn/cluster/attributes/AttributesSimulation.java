// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.simulation.VirtualTime;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Random operations on random nodes while everything happens that can, from a seed; then calm, and
 * a look at what should be. Two kinds of world: in one nothing is ever forgotten, and clocks may be
 * wrong by days; in the other tombstones live for a minute only, no separation lasts as long, and
 * clocks are wrong by less.
 */
final class AttributesSimulation {

  private static final int SETS = 3;
  private static final int NAMES = 5;
  private static final long LIFETIME_MILLIS = 60_000;
  private static final long CALM_MILLIS = 90_000;

  private final RandomGenerator random;
  private final VirtualTime time = new VirtualTime(1L << 40);
  private final MemberNetwork network;
  private final List<SimulatedMember> members = new ArrayList<>();
  private final Ledger ledger;
  private final boolean forgets;
  private final StringBuilder trace = new StringBuilder();
  private int refusals;
  private long together = time.millis();

  private AttributesSimulation(long seed) {
    random = new Random(seed);
    network = new MemberNetwork(time, random);
    forgets = random.nextInt(3) == 0;
    ledger = new Ledger(network);
    network.loss = random.nextInt(3) * 0.1 * random.nextDouble();
    network.duplication = random.nextInt(2) * 0.2 * random.nextDouble();
    network.maxDelayMillis = 1L + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 50);
  }

  /**
   * What a run came to.
   *
   * @param operations how many were accepted
   * @param hash of all that happened
   */
  record Report(int operations, long purged, int hash) {}

  /**
   * Runs a seed.
   *
   * @throws AssertionError that names the seed
   */
  static Report run(long seed) {
    AttributesSimulation simulation = new AttributesSimulation(seed);
    try {
      return simulation.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private Report run() {
    int count = 2 + random.nextInt(random.nextInt(4) == 0 ? 8 : 3);
    for (int i = 0; i < count; i++) {
      startMember(i);
    }
    int steps = 40 + random.nextInt(120);
    for (int step = 0; step < steps; step++) {
      disturb();
      operate();
      membership(random.nextInt(4) != 0);
      time.advanceMillis(random.nextInt(forgets ? 2_500 : 700));
      members.stream().filter(SimulatedMember::isUp).forEach(SimulatedMember::check);
    }
    calmDown();
    verify();
    return new Report(ledger.accepted(), purged(), trace.toString().hashCode());
  }

  private SimulatedMember startMember(int index) {
    AttributesSettings settings = settings(random.nextInt(3) == 0);
    SimulatedMember member = new SimulatedMember("n" + index, network, time, random, settings);
    skew(member);
    member.granularityMicros = random.nextInt(3) == 0 ? 3_000_000 : 1;
    members.add(member);
    member.start();
    return member;
  }

  private AttributesSettings settings(boolean persistent) {
    return new AttributesSettings(
        Duration.ofSeconds(1),
        random.nextInt(6),
        Duration.ofSeconds(3),
        forgets ? Duration.ofMillis(LIFETIME_MILLIS) : Duration.ofDays(1),
        1024,
        8192,
        1000,
        persistent ? Path.of("attributes") : null);
  }

  private void skew(SimulatedMember member) {
    long most = forgets ? 20_000 : random.nextInt(10) == 0 ? 200_000_000 : 600_000;
    member.skewMillis = (long) ((random.nextDouble() * 2 - 1) * most);
  }

  private void disturb() {
    SimulatedMember member = members.get(random.nextInt(members.size()));
    switch (random.nextInt(30)) {
      case 0, 1 -> members.forEach(each -> network.island(each.id(), random.nextInt(3)));
      case 2, 3, 4, 5 -> network.heal();
      case 6 -> network.island(member.id(), 1 + random.nextInt(3));
      case 7 -> crash(member, random.nextBoolean());
      case 11 -> {
        crash(member, true);
        member.start();
        operate(member);
      }
      case 8 -> stop(member);
      case 9 -> skew(member);
      case 10 -> tearWrite(member);
      default -> {}
    }
    if (forgets) {
      endLongSeparations();
    }
    for (SimulatedMember each : members) {
      if (!each.isUp() && random.nextInt(4) == 0) {
        each.start();
        note("start " + each.launchId());
      }
    }
  }

  /** In this world all must have been together for a while before anything may be forgotten. */
  private void endLongSeparations() {
    if (time.millis() - together > LIFETIME_MILLIS / 3) {
      network.heal();
      members.stream().filter(member -> !member.isUp()).forEach(SimulatedMember::start);
      membership(true);
      time.advanceMillis(LIFETIME_MILLIS / 4);
      together = time.millis();
    }
  }

  private void crash(SimulatedMember member, boolean losesPower) {
    if (member.isUp()) {
      note("crash " + member.launchId());
      ledger.crashed(member);
      member.crash(losesPower);
    }
  }

  private void stop(SimulatedMember member) {
    if (member.isUp()) {
      note("stop " + member.launchId());
      ledger.crashed(member);
      member.stop();
    }
  }

  /** Cuts the power in the middle of a write. */
  private void tearWrite(SimulatedMember member) {
    if (!member.isUp() || !member.isPersistent()) {
      return;
    }
    member.disk().failForces("the power is cut");
    ledger.outcomesUnknown(member);
    String before = member.attributes().all().toString();
    try {
      AttributeChange change = member.attributes().add(set(), name(), value());
      require(!change.applied(), "a change was accepted that is not on disk");
    } catch (UncheckedIOException refused) {
      require(before.equals(member.attributes().all().toString()), "a refused change is seen");
    }
    crash(member, true);
  }

  private void operate() {
    for (int i = random.nextInt(4); i > 0; i--) {
      SimulatedMember member = members.get(random.nextInt(members.size()));
      if (member.isUp()) {
        operate(member);
      }
    }
  }

  private void operate(SimulatedMember member) {
    String set = set();
    String name = name();
    Object value = value();
    ReplicatedAttributes attributes = member.attributes();
    AttributeChange change = null;
    switch (random.nextInt(12)) {
      case 0 -> change = attributes.removeAll(set);
      case 1, 2 -> {
        change = attributes.remove(set, name);
        require(attributes.attribute(set, name).isUndefined(), "a removed attribute is seen");
      }
      case 3, 4, 5, 6 -> change = replace(member, set, name, value);
      default -> {
        boolean wasThere = !attributes.attribute(set, name).isUndefined();
        change = attributes.add(set, name, value);
        require(
            member.isPersistent() || change.applied() != wasThere,
            "an attribute was added twice or not");
        require(!attributes.attribute(set, name).isUndefined(), "an added attribute is not seen");
      }
    }
    if (change != null && change.applied()) {
      note(member.launchId() + " " + set + "/" + name);
      ledger.changed(member, set, change);
    }
  }

  /** What waits for the disk of a persistent node may come between a look and a change. */
  private static @Nullable AttributeChange replace(
      SimulatedMember member, String set, String name, Object value) {
    ReplicatedAttributes attributes = member.attributes();
    Attribute<?> before = attributes.attribute(set, name);
    try {
      AttributeChange change = attributes.replace(set, name, value);
      require(
          member.isPersistent()
              || change.applied() == !(before.isUndefined() || before.value().equals(value)),
          "replaced what was not there, or not what was");
      require(
          !change.applied() || attributes.attribute(set, name).value().equals(value),
          "a replaced value is not seen");
      return change;
    } catch (IllegalArgumentException e) {
      require(
          member.isPersistent() || before.type() != AttributeType.of(value),
          "refused a value of the same type");
      return null;
    }
  }

  private String set() {
    return "set" + random.nextInt(SETS);
  }

  private String name() {
    return "a" + random.nextInt(NAMES);
  }

  private Object value() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(3);
      case 1 -> "x".repeat(random.nextInt(700));
      default -> "v" + random.nextInt(100);
    };
  }

  /** Lets some or all nodes see who is there. */
  private void membership(boolean all) {
    for (SimulatedMember member : members) {
      for (SimulatedMember other : members) {
        if (member.isUp() && member != other && (all || random.nextInt(3) == 0)) {
          member.sees(other, other.isUp() && network.isConnected(member.id(), other.id()));
        }
      }
    }
  }

  private void calmDown() {
    network.heal();
    network.loss = 0;
    network.maxDelayMillis = 20;
    network.isSometimesSlow = false;
    members.stream().filter(member -> !member.isUp()).forEach(SimulatedMember::start);
    ledger.calm(members);
    membership(true);
    time.advanceMillis(CALM_MILLIS);
    SimulatedMember late = startMember(members.size());
    membership(true);
    time.advanceMillis(500);
    require(
        late.entries().equals(members.getFirst().entries()),
        "who joins late has " + late.entries() + ", others " + members.getFirst().entries());
    if (forgets) {
      time.advanceMillis(2 * LIFETIME_MILLIS);
    }
  }

  private void verify() {
    members.forEach(SimulatedMember::check);
    SimulatedMember first = members.getFirst();
    for (SimulatedMember member : members) {
      if (!member.entries().equals(first.entries())) {
        throw new AssertionError(
            "%s has %s%n%s has %s"
                .formatted(first.id(), first.entries(), member.id(), member.entries()));
      }
      require(member.attributes().figures().get("pending") == 0, "changes are still pending");
      require(member.attributes().figures().get("malformed") == 0, "malformed messages");
      refusals += (int) (long) member.attributes().figures().get("refused");
      require(!forgets || member.attributes().figures().get("tombstones") == 0, "tombstones stay");
    }
    require(refusals == 0, "an entry was refused that nobody could have forgotten");
    ledger.verify(first.entries(), forgets);
  }

  private long purged() {
    return members.stream().mapToLong(m -> m.attributes().figures().get("purged")).sum();
  }

  private void note(String what) {
    trace.append(time.now()).append(' ').append(what).append('\n');
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
