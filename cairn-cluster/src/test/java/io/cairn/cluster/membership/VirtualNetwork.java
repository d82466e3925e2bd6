// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** A network in memory that delays, loses, repeats and cuts off as it is told. */
final class VirtualNetwork {

  private final VirtualTime.Node timer;
  private final Random random;
  private final Map<URI, BiConsumer<URI, byte[]>> receivers = new HashMap<>();
  private BiPredicate<URI, URI> cut = (from, to) -> false;
  private Predicate<URI> connected = address -> false;
  private double loss;
  private double duplication;
  private int maxDelayMicros = 2_000;
  private int largestMessage;
  private Watcher watcher = (from, to, message) -> {};

  /** Sees each message that is sent, whatever becomes of it. */
  interface Watcher {
    void sent(URI from, URI to, byte[] message);
  }

  VirtualNetwork(VirtualTime time, long seed) {
    this.timer = time.node();
    this.random = new Random(seed);
  }

  /** Loses this share of the messages. */
  void lose(double share) {
    loss = share;
  }

  /** Delivers this share of the messages twice. */
  void duplicate(double share) {
    duplication = share;
  }

  void delayUpToMillis(int millis) {
    maxDelayMicros = millis * 1000;
  }

  /** Drops what goes from one address to another where the predicate holds. */
  void cut(BiPredicate<URI, URI> from) {
    cut = from;
  }

  void heal() {
    cut = (from, to) -> false;
  }

  /** The bytes of the largest message that was sent so far. */
  int largestMessage() {
    return largestMessage;
  }

  /** Has everybody be connected with the addresses for which it holds. */
  void connect(Predicate<URI> with) {
    connected = with;
  }

  void watch(Watcher by) {
    watcher = by;
  }

  void unplug(URI address) {
    receivers.remove(address);
  }

  void deliver(URI from, URI to, byte[] message) {
    BiConsumer<URI, byte[]> receiver = receivers.get(to);
    if (receiver != null) {
      receiver.accept(from, message);
    }
  }

  private void send(URI from, URI to, byte[] message) {
    largestMessage = Math.max(largestMessage, message.length);
    watcher.sent(from, to, message);
    if (cut.test(from, to) || random.nextDouble() < loss) {
      return;
    }
    int copies = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      timer.after(
          Duration.ofNanos(1_000L * (1 + random.nextInt(maxDelayMicros))),
          () -> deliver(from, to, message));
    }
  }

  /** Returns a new connection to the network, which takes the address over. */
  MembershipTransport plug(URI address) {
    return new MembershipTransport() {
      private boolean unplugged;

      @Override
      public URI self() {
        return address;
      }

      @Override
      public void send(URI peer, byte[] message) {
        unplugged |= !receivers.containsKey(address);
        if (!unplugged) {
          VirtualNetwork.this.send(address, peer, message);
        }
      }

      @Override
      public boolean isConnected(URI peer, String launchId) {
        return connected.test(peer);
      }

      @Override
      public void receiver(BiConsumer<URI, byte[]> receiver) {
        receivers.put(address, receiver);
      }
    };
  }
}
