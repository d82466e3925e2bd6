// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Takes actions at random moments, as the scenario weighs them. */
final class Chaos {

  private final World world;
  private final Random random;
  private final long end;

  Chaos(World world) {
    this.world = world;
    this.random = new Random(world.scenario().seed());
    this.end = world.scenario().chaosNanos();
  }

  /** Schedules the next action, which schedules the one after it, until the time of trouble ends. */
  void next() {
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
    Scenario.Action action = world.scenario().draw(random);
    String group = pick(world.scenario().groupIds());
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
      case CRASH_ALL -> world.nodes().values().forEach(node -> node.crash(random.nextBoolean()));
      case CUT -> cut();
      case HEAL -> {
        world.trace().note("", "heal", "");
        world.network().healAll();
      }
      default -> trouble(action, world.node(pick(world.scenario().nodeIds())), group);
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
    List<String> ids = new ArrayList<>(world.scenario().nodeIds());
    Collections.shuffle(ids, random);
    int side = 1 + random.nextInt(ids.size() - 1);
    List<String> here = ids.subList(0, random.nextBoolean() ? 1 : side);
    List<String> there = ids.subList(here.size(), ids.size());
    boolean both = random.nextInt(3) > 0;
    boolean outward = random.nextBoolean();
    int links = random.nextInt(4);
    world.trace().note("", both ? "cut" : "cut one way", here + " " + there + " " + outward);
    for (String near : here) {
      for (String far : there) {
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

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
