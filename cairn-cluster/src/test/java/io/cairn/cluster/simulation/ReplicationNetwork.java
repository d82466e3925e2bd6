// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.raft.TermsSaid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * The network as replication uses it. Some frames come so late that terms have passed meanwhile, or
 * the receiver has begun another life.
 */
final class ReplicationNetwork {

  private static final long LEAST_DELAY = 50 * VirtualTime.MICROS;
  private static final long LATEST = 4 * VirtualTime.SECONDS;

  private final World world;
  private final SimulatedNetwork<String> links;
  private final TermsSaid terms = new TermsSaid();

  ReplicationNetwork(World world, long seed) {
    this.world = world;
    Scenario scenario = world.scenario();
    links =
        new SimulatedNetwork<>(
            world.time(), new Random(seed), troubled(scenario.loss(), scenario.lateness(), LATEST));
  }

  private SimulatedNetwork.Traffic troubled(double loss, double lateness, long latest) {
    Scenario scenario = world.scenario();
    return new SimulatedNetwork.Traffic(
        loss, scenario.duplication(), LEAST_DELAY, scenario.maxDelayNanos(), lateness, latest);
  }

  /** From now on some frames are lost, and others come late, but not by much. */
  void lose(double loss, long latest) {
    links.traffic(troubled(loss, loss, latest));
  }

  /** From now on nothing is lost, repeated or kept back. */
  void calm() {
    links.traffic(SimulatedNetwork.Traffic.calm(LEAST_DELAY, world.scenario().maxDelayNanos()));
    links.release();
    links.heal();
  }

  /** Cuts one direction. */
  void cut(SimulatedNode from, SimulatedNode to) {
    if (from != to) {
      links.cut(from.id(), to.id());
    }
  }

  /** Keeps back what is sent in one direction for some time, and then delivers it. */
  void hold(SimulatedNode from, SimulatedNode to, long nanos) {
    links.hold(from.id(), to.id(), world.time().now() + nanos);
  }

  void healAll() {
    links.heal();
  }

  boolean isOpen(SimulatedNode from, SimulatedNode to) {
    return links.isOpen(from.id(), to.id());
  }

  /** Returns the network as one process uses it. */
  ReplicationTransport attach(SimulatedProcess process) {
    return new ReplicationTransport() {
      @Override
      public void send(String nodeId, int shard, ByteBuffer frame) {
        SimulatedNode target = world.node(nodeId);
        if (process.isAlive() && target != null) {
          byte[] bytes = ReplicationTransport.bytesOf(frame);
          noteTerms(process, target.process(), bytes);
          dispatch(process.node(), target, bytes);
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

  private void noteTerms(SimulatedProcess from, SimulatedProcess to, byte[] frame) {
    if (to != null) {
      terms.read(frame, from.node().id(), to::group, from::said);
    }
  }

  private void dispatch(SimulatedNode from, SimulatedNode to, byte[] frame) {
    if (world.trace().readable()) {
      world.trace().note(from.id(), "send", to.id() + " " + frame.length + " bytes");
    }
    int content = Arrays.hashCode(frame);
    int life = to.incarnation();
    links.send(from.id(), to.id(), from.localNow(), () -> arrive(from, to, frame, content, life));
  }

  private void arrive(SimulatedNode from, SimulatedNode to, byte[] frame, int content, int life) {
    SimulatedProcess process = to.process();
    if (process == null) {
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
