// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationTransport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiConsumer;

/** As an event loop, it lets frames out at the end of a task, or when it is told to. */
final class HoldingTransport implements ReplicationTransport {

  private final Queue<Runnable> unsent = new ArrayDeque<>();
  private final BiConsumer<String, ByteBuffer> arrival;
  private BiConsumer<String, byte[]> receiver = (_, _) -> {};

  /**
   * Makes one that gives each frame, with the node that it is for, to what stands for the network.
   */
  HoldingTransport(BiConsumer<String, ByteBuffer> arrival) {
    this.arrival = arrival;
  }

  @Override
  public void send(String nodeId, int shard, ByteBuffer frame) {
    unsent.add(() -> arrival.accept(nodeId, frame));
  }

  @Override
  public void letOut() {
    for (Runnable frame = unsent.poll(); frame != null; frame = unsent.poll()) {
      frame.run();
    }
  }

  @Override
  public boolean isReachable(String nodeId) {
    return true;
  }

  @Override
  public void receiver(BiConsumer<String, byte[]> taker) {
    receiver = taker;
  }

  /** Has the node take a frame from another. */
  void receive(String from, byte[] frame) {
    receiver.accept(from, frame);
  }
}
