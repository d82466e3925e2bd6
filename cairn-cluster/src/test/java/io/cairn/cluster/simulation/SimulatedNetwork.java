// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicationTransport;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Loses, delays, repeats and reorders frames, and forgets those of cut links. Some frames come so
 * late that terms have passed meanwhile, or the receiver has begun another life.
 */
final class SimulatedNetwork {

  private static final long LATEST = 4 * VirtualTime.SECONDS;

  private final World world;
  private final Random random;

  /** By where a link begins and ends. */
  private final boolean[][] cut;

  /** Until when a link keeps back what is sent over it. */
  private final long[][] heldUntil;

  SimulatedNetwork(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
    int nodes = world.scenario().nodes();
    this.cut = new boolean[nodes][nodes];
    this.heldUntil = new long[nodes][nodes];
  }

  /** Cuts one direction. */
  void cut(SimulatedNode from, SimulatedNode to) {
    cut[from.number()][to.number()] = from != to;
  }

  /** Keeps back what is sent in one direction for some time, and then delivers it. */
  void hold(SimulatedNode from, SimulatedNode to, long nanos) {
    heldUntil[from.number()][to.number()] = world.time().now() + nanos;
  }

  void healAll() {
    for (boolean[] links : cut) {
      Arrays.fill(links, false);
    }
  }

  boolean isOpen(SimulatedNode from, SimulatedNode to) {
    return !cut[from.number()][to.number()];
  }

  /** Returns the network as one process uses it. */
  ReplicationTransport attach(SimulatedProcess process) {
    return new ReplicationTransport() {
      @Override
      public void send(String nodeId, byte[] frame) {
        SimulatedNode target = world.node(nodeId);
        if (process.isAlive() && target != null) {
          dispatch(process.node(), target, frame);
        }
      }

      @Override
      public boolean isReachable(String nodeId) {
        SimulatedNode peer = world.node(nodeId);
        return peer != null && peer.process() != null;
      }

      @Override
      public void receiver(BiConsumer<String, byte[]> receiver) {
        process.receiver(receiver);
      }
    };
  }

  private void dispatch(SimulatedNode from, SimulatedNode to, byte[] frame) {
    if (world.trace().readable()) {
      world.trace().note(from.id(), "send", to.id() + " " + frame.length + " bytes");
    }
    boolean lost = !world.isCalm() && random.nextDouble() < world.scenario().loss();
    boolean twice = !world.isCalm() && random.nextDouble() < world.scenario().duplication();
    if (lost || !isOpen(from, to)) {
      return;
    }
    deliver(from, to, frame);
    if (twice) {
      deliver(from, to, frame);
    }
  }

  private void deliver(SimulatedNode from, SimulatedNode to, byte[] frame) {
    long longest = world.scenario().maxDelayNanos();
    long delay = 50 * VirtualTime.MICROS + (long) (random.nextDouble() * longest);
    if (!world.isCalm() && random.nextDouble() < world.scenario().lateness()) {
      delay += (long) (random.nextDouble() * LATEST);
    }
    int content = Arrays.hashCode(frame);
    long sent = Math.max(from.localNow(), world.isCalm() ? 0 : heldUntil[from.number()][to.number()]);
    int life = to.incarnation();
    world.time().at(sent + delay, () -> arrive(from, to, frame, content, life));
  }

  private void arrive(SimulatedNode from, SimulatedNode to, byte[] frame, int content, int life) {
    SimulatedProcess process = to.process();
    if (process == null || !isOpen(from, to)) {
      return;
    }
    if (to.incarnation() != life) {
      world.count("frames for an earlier life");
    }
    process.run(
        () -> {
          world.trace().note(to.id(), "frame", from.id(), content);
          process.receive(from.id(), frame);
        });
  }
}
