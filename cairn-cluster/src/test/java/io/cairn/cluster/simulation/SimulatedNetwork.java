// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicationTransport;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

/** Loses, delays, repeats and reorders frames, and forgets those of cut links. */
final class SimulatedNetwork {

  private static final long RARE_DELAY = 2 * VirtualTime.SECONDS;

  private final World world;
  private final Random random;
  private final Set<String> cut = new HashSet<>();

  SimulatedNetwork(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  /** Cuts one direction. */
  void cut(String from, String to) {
    if (!from.equals(to)) {
      cut.add(from + ">" + to);
    }
  }

  void healAll() {
    cut.clear();
  }

  boolean isOpen(String from, String to) {
    return !cut.contains(from + ">" + to);
  }

  /** Returns the network as one process uses it. */
  ReplicationTransport attach(SimulatedProcess process) {
    return new ReplicationTransport() {
      @Override
      public void send(String nodeId, byte[] frame) {
        if (process.isAlive()) {
          dispatch(process.node(), nodeId, frame);
        }
      }

      @Override
      public boolean isReachable(String nodeId) {
        SimulatedNode peer = world.nodes().get(nodeId);
        return peer != null && peer.process() != null;
      }

      @Override
      public void receiver(BiConsumer<String, byte[]> receiver) {
        process.receiver(receiver);
      }
    };
  }

  private void dispatch(SimulatedNode from, String to, byte[] frame) {
    if (world.trace().readable()) {
      world.trace().note(from.id(), "send", to + " " + frame.length + " bytes");
    }
    boolean lost = !world.isCalm() && random.nextDouble() < world.scenario().loss();
    boolean twice = !world.isCalm() && random.nextDouble() < world.scenario().duplication();
    if (lost || !isOpen(from.id(), to)) {
      return;
    }
    deliver(from, to, frame);
    if (twice) {
      deliver(from, to, frame);
    }
  }

  private void deliver(SimulatedNode from, String to, byte[] frame) {
    long longest = world.scenario().maxDelayNanos();
    long delay = 50 * VirtualTime.MICROS + (long) (random.nextDouble() * longest);
    if (!world.isCalm() && random.nextInt(500) == 0) {
      delay += (long) (random.nextDouble() * RARE_DELAY);
    }
    int content = Arrays.hashCode(frame);
    world
        .time()
        .at(from.localNow() + delay, () -> arrive(from.id(), to, frame, content));
  }

  private void arrive(String from, String to, byte[] frame, int content) {
    SimulatedNode target = world.nodes().get(to);
    if (target == null || target.process() == null || !isOpen(from, to)) {
      return;
    }
    SimulatedProcess process = target.process();
    process.run(() -> {
          world.trace().note(to, "frame", from + " " + content);
          process.receive(from, frame);
        });
  }
}
