// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.wire.WireWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Collects the messages of all replica sets of a shard for each peer in one frame, which leaves
 * with the shard's turn. Used on the shard's thread.
 */
final class PeerMail {

  /** A frame leaves at once when it has so many bytes. */
  private static final int FRAME_BYTES = 1 << 20;

  /** A frame's first buffer is for about as many bytes as the last one had, within these. */
  private static final int LEAST_BYTES = 256;

  private static final int MOST_BYTES = 64 << 10;

  private final ReplicationTransport transport;
  private final int shard;
  private final Map<String, Box> boxes = new HashMap<>();
  private final List<Box> filled = new ArrayList<>();
  private volatile boolean closed;

  PeerMail(ReplicationTransport transport, int shard) {
    this.transport = transport;
    this.shard = shard;
  }

  /**
   * Sends nothing any more: what a node says whose log has failed may not be on disk. Any thread.
   */
  void close() {
    closed = true;
  }

  boolean isReachable(String nodeId) {
    return transport.isReachable(nodeId);
  }

  /** Has a message written into the frame for a peer. */
  void add(String nodeId, Consumer<WireWriter> message) {
    Box box = boxes.computeIfAbsent(nodeId, Box::new);
    if (box.add(message)) {
      filled.add(box);
    }
  }

  /** Sends what was added. */
  void post() {
    if (!filled.isEmpty()) {
      filled.forEach(Box::post);
      filled.clear();
    }
  }

  /** The frame for one peer. */
  private final class Box {

    private final String nodeId;
    private WireWriter frame = new WireWriter(LEAST_BYTES);

    private Box(String nodeId) {
      this.nodeId = nodeId;
    }

    /** Returns whether the message is the first since the last {@link PeerMail#post()}. */
    private boolean add(Consumer<WireWriter> message) {
      boolean first = frame.size() == 0;
      if (first) {
        frame.u8(MemberMessageCodec.VERSION);
      }
      int begin = frame.size();
      try {
        message.accept(frame);
      } catch (RuntimeException | Error e) {
        frame.cut(first ? 0 : begin); // half a message would spoil those of others
        throw e;
      } finally {
        if (frame.size() >= FRAME_BYTES) {
          send();
          frame.u8(MemberMessageCodec.VERSION);
        }
      }
      return first;
    }

    private void post() {
      if (frame.size() > 1) {
        send();
      } else {
        frame.cut(0);
      }
    }

    private void send() {
      WireWriter full = frame;
      frame = new WireWriter(Math.clamp(full.size(), LEAST_BYTES, MOST_BYTES));
      if (!closed) {
        transport.send(nodeId, shard, full.handOver());
      }
    }
  }
}
