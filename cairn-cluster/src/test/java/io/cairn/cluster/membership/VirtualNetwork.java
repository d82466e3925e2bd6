// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.simulation.SimulatedNetwork;
import io.cairn.cluster.simulation.SimulatedNetwork.Traffic;
import io.cairn.cluster.simulation.VirtualTime;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Membership over a simulated network that delays, loses, repeats and cuts off as it is told. */
final class VirtualNetwork {

  private final VirtualTime time;
  private final SimulatedNetwork<URI> links;
  private final Map<URI, BiConsumer<URI, byte[]>> receivers = new HashMap<>();
  private Predicate<URI> connected = address -> false;
  private double loss;
  private double duplication;
  private int longestDelayMillis = 2;
  private int largestMessage;
  private Watcher watcher = (from, to, message) -> {};

  /** Sees each message that is sent, whatever becomes of it. */
  interface Watcher {
    void sent(URI from, URI to, byte[] message);
  }

  VirtualNetwork(VirtualTime time, long seed) {
    this.time = time;
    this.links = new SimulatedNetwork<>(time, new Random(seed), traffic());
  }

  private Traffic traffic() {
    long spread = longestDelayMillis * VirtualTime.MILLIS - VirtualTime.MICROS;
    return new Traffic(loss, duplication, VirtualTime.MICROS, spread, 0, 0);
  }

  /** Loses this share of the messages. */
  void lose(double share) {
    loss = share;
    links.traffic(traffic());
  }

  /** Delivers this share of the messages twice. */
  void duplicate(double share) {
    duplication = share;
    links.traffic(traffic());
  }

  void delayUpToMillis(int millis) {
    longestDelayMillis = millis;
    links.traffic(traffic());
  }

  /** Drops what goes from one address to another where the predicate holds. */
  void cut(BiPredicate<URI, URI> from) {
    links.partition(from);
  }

  void heal() {
    links.heal();
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
    links.send(from, to, time.now(), () -> deliver(from, to, message));
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
