// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Takes actions at random moments, as the scenario weighs them. */
final class Chaos {

  /** So often, less one, it is looked whether a seed tries all that it must. */
  private static final int PARTS = 8;

  private final World world;
  private final Random random;
  private final List<String> groups;
  private final List<SimulatedNode> nodes;

  /** The action at each number that may be drawn: so often as it weighs. */
  private final Scenario.Action[] urn;

  private final long end;

  Chaos(World world) {
    this.world = world;
    this.random = new Random(world.scenario().seed());
    this.groups = world.scenario().groupIds();
    this.nodes = List.copyOf(world.nodes());
    this.end = world.scenario().chaosNanos();
    List<Scenario.Action> filled = new ArrayList<>();
    world
        .scenario()
        .weights()
        .forEach((action, weight) -> filled.addAll(Collections.nCopies(weight, action)));
    this.urn = filled.toArray(Scenario.Action[]::new);
  }

  /** Schedules the trouble. */
  void begin() {
    next();
    for (int part = 1; part < PARTS; part++) {
      world.time().at(end / PARTS * part, this::insist);
    }
  }

  /** Does what every seed has to try, as far as it has not happened by chance. */
  private void insist() {
    List<SimulatedNode> up = nodes.stream().filter(node -> node.process() != null).toList();
    if (lacks("power failures") && !up.isEmpty()) {
      up.get(random.nextInt(up.size())).crash(true);
    }
    if (lacks("cuts")) {
      cut();
    }
    if (lacks("held links")) {
      hold();
    }
    if (lacks("changes of members")) {
      world.operator().add(pick(groups));
      world.operator().remove(pick(groups));
    }
  }

  private boolean lacks(String what) {
    return !world.counts().containsKey(what);
  }

  /**
   * Schedules the next action, which schedules the one after it, until the time of trouble ends.
   */
  private void next() {
    double wait = -Math.log(1 - random.nextDouble()) * world.scenario().meanActionNanos();
    if (world.time().now() + wait < end) {
      world
          .time()
          .after(
              (long) wait,
              () -> {
                act();
                next();
              });
    }
  }

  private void act() {
    Scenario.Action action = urn[random.nextInt(urn.length)];
    String group = pick(groups);
    Clients clients = world.clients(group);
    Operator operator = world.operator();
    switch (action) {
      case PROPOSE -> clients.propose();
      case BURST -> clients.burst();
      case READ_LEADER -> clients.readFromLeader();
      case READ_FOLLOWER -> clients.readFromAnywhere();
      case ADD -> operator.add(group);
      case PROMOTE -> operator.promote(group);
      case REMOVE -> operator.remove(group);
      case TRANSFER -> operator.transfer(group);
      case CRASH_ALL -> nodes.forEach(node -> node.crash(random.nextBoolean()));
      case CUT -> cut();
      case HOLD -> hold();
      case HEAL -> {
        world.trace().note("", "heal", "");
        world.network().healAll();
      }
      default -> trouble(action, pick(nodes), group);
    }
  }

  private void trouble(Scenario.Action action, SimulatedNode node, String group) {
    if (node.process() == null) {
      return;
    }
    world.trace().note(node.id(), "trouble", action.name());
    switch (action) {
      case CRASH -> node.crash(random.nextBoolean());
      case CRASH_IN_DISK_USE -> node.crashAfter(random.nextInt(30));
      case PAUSE -> node.pause(duration(random.nextBoolean() ? 3000 : 300));
      case SKEW -> node.rate(1 + (random.nextDouble() * 2 - 1) * world.scenario().maxSkew());
      case DISK_FAILURE -> {
        node.breakDisk(random.nextInt(3));
        SimulatedProcess broken = node.process();
        world.time().after(duration(3000), () -> node.mendDiskOf(broken));
      }
      case COMMIT_STORE -> {
        MapMachine machine = node.process().machine(group);
        if (machine != null) {
          node.process().run(machine::commit);
        }
      }
      case SLOW_DISK -> {
        node.slowDisk(duration(400));
        world.time().after(duration(3000), () -> node.slowDisk(world.scenario().diskNanos()));
      }
      default -> throw new AssertionError(action);
    }
  }

  private long duration(int maxMillis) {
    return (long) (random.nextDouble() * maxMillis * VirtualTime.MILLIS);
  }

  private void cut() {
    List<SimulatedNode> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, random);
    int side = 1 + random.nextInt(shuffled.size() - 1);
    List<SimulatedNode> here = shuffled.subList(0, random.nextBoolean() ? 1 : side);
    List<SimulatedNode> there = shuffled.subList(here.size(), shuffled.size());
    boolean both = random.nextInt(3) > 0;
    boolean outward = random.nextBoolean();
    int links = random.nextInt(4);
    world.count("cuts");
    world.trace().note("", both ? "cut" : "cut one way", here + " " + there + " " + outward);
    for (SimulatedNode near : here) {
      for (SimulatedNode far : there) {
        if (links == 0 && random.nextBoolean()) {
          continue; // only some of the links: all nodes may still reach each other over others
        }
        if (both || outward) {
          world.network().cut(near, far);
        }
        if (both || !outward) {
          world.network().cut(far, near);
        }
      }
    }
  }

  /** What a node sends, or what it is sent, comes late: perhaps in a later term, or life. */
  private void hold() {
    SimulatedNode node = pick(nodes);
    boolean outward = random.nextBoolean();
    long time = duration(random.nextInt(3) == 0 ? 4000 : 600);
    world.count("held links");
    world.trace().note(node.id(), outward ? "hold sent" : "hold received", "", time);
    for (SimulatedNode other : nodes) {
      if (random.nextInt(4) > 0) {
        world.network().hold(outward ? node : other, outward ? other : node, time);
      }
    }
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
