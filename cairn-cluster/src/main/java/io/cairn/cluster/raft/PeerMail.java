// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationTimer;
import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects the messages of all replica sets for each peer into frames. A replica set posts what its
 * tasks of one turn have written; what can wait (heartbeats and their answers) waits a moment for
 * others. Safe for all threads.
 */
final class PeerMail {

  /** A frame is closed once it has so many bytes. */
  private static final int FRAME_BYTES = 1 << 20;

  /** What may wait for a peer; more is dropped, as a network would. */
  private static final int WAITING_BYTES = 64 << 20;

  /** How long a message that can wait does so, in nanoseconds. */
  private static final long PATIENCE_NANOS = 1_000_000;

  private final ReplicationTransport transport;
  private final ReplicationTimer timer;
  private final Map<String, Box> boxes = new ConcurrentHashMap<>();
  private volatile boolean closed;

  PeerMail(ReplicationTransport transport, ReplicationTimer timer) {
    this.transport = transport;
    this.timer = timer;
  }

  /** Sends nothing any more: what a node says whose log has failed may not be on disk. */
  void close() {
    closed = true;
  }

  Box box(String nodeId) {
    return boxes.computeIfAbsent(nodeId, Box::new);
  }

  boolean isReachable(String nodeId) {
    return transport.isReachable(nodeId);
  }

  /** What waits for one peer. */
  final class Box {

    private final String nodeId;
    private List<byte[]> waiting = new ArrayList<>();
    private int waitingBytes;
    private boolean collected;

    private Box(String nodeId) {
      this.nodeId = nodeId;
    }

    /** Adds a message that goes out at the next {@link #post()}. */
    synchronized void add(byte[] message) {
      if (waitingBytes == 0 || waitingBytes + message.length <= WAITING_BYTES) {
        waiting.add(message);
        waitingBytes += message.length;
      }
    }

    /** Adds a message that goes out soon. */
    void addPatient(byte[] message) {
      boolean first;
      synchronized (this) {
        add(message);
        first = !collected;
        collected = true;
      }
      if (first) {
        timer.schedule(this::post, PATIENCE_NANOS);
      }
    }

    /** Sends what waits. */
    void post() {
      List<byte[]> messages;
      synchronized (this) {
        messages = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        collected = false;
      }
      for (int from = 0; from < messages.size() && !closed; ) {
        int bytes = 1;
        int to = from;
        while (to < messages.size() && (to == from || bytes < FRAME_BYTES)) {
          bytes += messages.get(to++).length;
        }
        transport.send(nodeId, 0, frame(messages.subList(from, to), bytes));
        from = to;
      }
    }

    private static ByteBuffer frame(List<byte[]> messages, int bytes) {
      byte[] frame = new byte[bytes];
      frame[0] = MemberMessageCodec.VERSION;
      int at = 1;
      for (byte[] message : messages) {
        System.arraycopy(message, 0, frame, at, message.length);
        at += message.length;
      }
      return ByteBuffer.wrap(frame);
    }
  }
}
