// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** A network in memory whose links can be cut and slowed. */
final class TestNetwork {

  private record Link(String from, String to) {}

  private final Map<String, BiConsumer<String, byte[]>> receivers = new ConcurrentHashMap<>();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService delivery;
  private final Map<Link, AtomicLong> frames = new ConcurrentHashMap<>();
  private volatile long delayMicros;
  volatile int lossPercent;

  TestNetwork(ScheduledExecutorService delivery) {
    this.delivery = delivery;
  }

  void delayMicros(long micros) {
    delayMicros = micros;
  }

  void cut(String one, String other) {
    cut.add(new Link(one, other));
    cut.add(new Link(other, one));
  }

  void cutOff(String node) {
    receivers.keySet().stream()
        .filter(other -> !other.equals(node))
        .forEach(other -> cut(node, other));
  }

  void heal() {
    cut.clear();
  }

  void disconnect(String node) {
    receivers.remove(node);
  }

  long frames(String from, String to) {
    return frames.computeIfAbsent(new Link(from, to), _ -> new AtomicLong()).get();
  }

  ReplicationTransport transport(String self) {
    return new ReplicationTransport() {
      @Override
      public void send(String nodeId, int shard, ByteBuffer frame) {
        Link link = new Link(self, nodeId);
        frames.computeIfAbsent(link, _ -> new AtomicLong()).incrementAndGet();
        if (cut.contains(link)
            || (lossPercent > 0 && ThreadLocalRandom.current().nextInt(100) < lossPercent)) {
          return;
        }
        Runnable task =
            () -> {
              BiConsumer<String, byte[]> receiver = receivers.get(nodeId);
              if (receiver != null && !cut.contains(link)) {
                receiver.accept(self, ReplicationTransport.bytesOf(frame));
              }
            };
        if (delayMicros == 0) {
          delivery.execute(task);
        } else {
          var _ = delivery.schedule(task, delayMicros, TimeUnit.MICROSECONDS);
        }
      }

      @Override
      public boolean isReachable(String nodeId) {
        return receivers.containsKey(nodeId) && !cut.contains(new Link(self, nodeId));
      }

      @Override
      public void receiver(BiConsumer<String, byte[]> receiver) {
        receivers.put(self, receiver);
      }
    };
  }
}
