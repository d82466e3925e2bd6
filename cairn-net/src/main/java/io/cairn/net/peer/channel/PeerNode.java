// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.RepeatedWarnings;
import io.cairn.net.peer.PeerGate;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.Hello;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What every connection of this node shares. Thread-safe. */
final class PeerNode {
  /** What is done with arriving frames, and with news. Exists before the node does. */
  static final class Handlers {
    private static final PeerHandler NOBODY = new PeerHandler() {};

    private final Map<PeerStream, PeerHandler> byStream = new ConcurrentHashMap<>();
    private final List<Consumer<PeerIdentity>> disconnects = new CopyOnWriteArrayList<>();
    private volatile PeerGate gate = peer -> null;

    void set(PeerStream stream, PeerHandler handler) {
      byStream.put(stream, handler);
    }

    PeerHandler of(PeerStream stream) {
      return byStream.getOrDefault(stream, NOBODY);
    }

    List<Consumer<PeerIdentity>> disconnects() {
      return disconnects;
    }

    void gate(PeerGate value) {
      gate = value;
    }

    PeerGate gate() {
      return gate;
    }
  }

  private final PeerSettings settings;
  private final PeerIdentity self;
  private final Handlers handlers;
  private final TrafficMeter traffic;
  private final DueTimer timer;
  private final RandomGenerator random;
  private final PeerTrust trust;
  private final RepeatedWarnings warnings;
  private final PeerTroubles troubles;
  private final PeerRoster roster;
  private final Relays relays;
  private final PeerClocks clocks;

  PeerNode(PeerSettings settings, PeerIdentity self, Handlers handlers, Instruments instruments) {
    this.settings = settings;
    this.self = self;
    this.handlers = handlers;
    this.traffic = instruments.traffic;
    this.timer = instruments.timer;
    this.random = instruments.random;
    this.trust = new PeerTrust(settings);
    this.warnings =
        new RepeatedWarnings(LoggerFactory.getLogger(PeerConnection.class), settings.nanoTime());
    this.troubles = new PeerTroubles(settings.nanoTime());
    this.roster = new PeerRoster(this);
    this.relays = new Relays(this, instruments.network);
    this.clocks = new PeerClocks(this, instruments.network);
    handlers.set(PeerStream.CLOCK, clocks);
    handlers.set(PeerStream.RELAY, relays);
    handlers.set(PeerStream.RELAY_URGENT, relays);
  }

  /**
   * What counts, what wakes, what is random and what sends.
   *
   * @param random good enough for keys
   */
  record Instruments(
      TrafficMeter traffic, DueTimer timer, RandomGenerator random, PeerNetwork network) {}

  PeerSettings settings() {
    return settings;
  }

  /** Returns the reading of the clock that durations are measured with. */
  long nanoTime() {
    return settings.nanoTime().getAsLong();
  }

  PeerIdentity self() {
    return self;
  }

  Handlers handlers() {
    return handlers;
  }

  TrafficMeter traffic() {
    return traffic;
  }

  DueTimer timer() {
    return timer;
  }

  RandomGenerator random() {
    return random;
  }

  /** Warns of what peers do wrong. */
  RepeatedWarnings warnings() {
    return warnings;
  }

  PeerTrust trust() {
    return trust;
  }

  PeerTroubles troubles() {
    return troubles;
  }

  /** Says why a node that calls itself as this one does is refused; null if it does not. */
  @Nullable String sameName(PeerIdentity peer) {
    if (peer.launchId().equals(self.launchId())) {
      return null;
    }
    if (peer.nodeId().equals(self.nodeId())) {
      return "two nodes have the id " + peer.nodeId() + ": give one of them another (--id)";
    }
    return peer.address().equals(self.address())
        ? "two nodes say that they are at " + peer.address() + ": correct the publicUri of one"
        : null;
  }

  PeerClocks clocks() {
    return clocks;
  }

  Relays relays() {
    return relays;
  }

  PeerRoster roster() {
    return roster;
  }

  /** Returns what this node says of itself on a new connection for a lane. */
  byte[] hello(int lane) {
    byte[] nonce = new byte[Hello.NONCE_BYTES];
    random.nextBytes(nonce);
    int shards = settings.shards().count();
    return new Hello(settings.secret() != null, lane, shards, self).encode(nonce);
  }

  /** Says why there is no such lane with a peer that has so many shards; null if there is one. */
  @Nullable String noSuchLane(int lane, int shardsThere) {
    int count = Math.min(settings.shards().count(), shardsThere);
    return lane <= count ? null : "there is no lane " + lane + ": the nodes share " + count;
  }

  /** Makes what the outboxes to one peer share: for each lane a connection's, and its route's. */
  Outbox.Room room() {
    return new Outbox.Room(settings.limits().queueBytes(), 2 * (1 + settings.shards().count()));
  }

  /** Makes the connection that a handshake was for. */
  PeerConnection connection(
      FrameChannel socket, PeerIdentity peer, int lane, int shardsThere, byte[] name) {
    int count = Math.min(settings.shards().count(), shardsThere);
    return new PeerConnection(this, socket, peer, new PeerConnection.Lane(lane, count), name);
  }

  /** Event loop: begins to read and write the frames of a connection. */
  void establish(FrameChannel socket, PeerConnection connection) {
    socket.establish(connection, settings.limits().maxFrameBytes(), connection.lane().isControl());
  }

  /** These will not be sent: messages are counted, calls fail. */
  void giveUp(List<Outbox.Item> items, String reason) {
    items.forEach(item -> giveUp(item, reason));
  }

  void giveUp(Outbox.Item item, String reason) {
    PeerCall<?> call = item.call();
    if (call != null) {
      call.unreachable(reason);
    } else {
      dropped(item);
    }
  }

  /** There is no room for these: messages are counted, calls fail. */
  void crowdedOut(List<Outbox.Item> items) {
    for (Outbox.Item item : items) {
      PeerCall<?> call = item.call();
      if (call != null) {
        call.crowdedOut();
      } else {
        dropped(item);
      }
    }
  }

  private void dropped(Outbox.Item item) {
    if (item.kind() == FrameKind.MESSAGE) {
      traffic.dropped(item.stream());
    }
  }
}
