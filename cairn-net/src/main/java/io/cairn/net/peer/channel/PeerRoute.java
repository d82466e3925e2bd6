// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.CloseCode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has to say to one address on one lane. While there is a connection it is passed on
 * to that; otherwise it waits while the address is dialed. When that fails, it is given up if it
 * was for the control lane, and goes by that if it was for a shard's. There are lanes of shards
 * once the control lane was connected, which tells how many. Thread-safe; guarded by this. Who
 * holds the lock of a shard's route may take that of the control lane's, and not the other way
 * round.
 */
final class PeerRoute {
  /** Whether a connection is being made. */
  private enum State {
    IDLE,
    DIALING,
    /** After a failure. What comes meanwhile waits for the next try. */
    PAUSED
  }

  private static final long UNUSED_NANOS = MINUTES.toNanos(1);
  private static final int MAX_YIELDS = 20;

  /** What is for a shard's lane waits for it for this part of the interval of pings. */
  private static final int HELD_OF_INTERVAL = 4;

  private static final Logger LOG = LoggerFactory.getLogger(PeerRoute.class);

  private final PeerNode node;
  private final URI address;
  private final int lane;

  /** The route of the control lane; null if this is it. */
  private final @Nullable PeerRoute control;

  private final Consumer<PeerRoute> dialer;
  private final Outbox.Room room;
  private final Outbox waiting;

  /** The routes of the shards' lanes to the same address. */
  private volatile List<PeerRoute> lanes = List.of();

  private State state = State.IDLE;
  private @Nullable PeerConnection connection;
  private int failures;
  private int yields;
  private boolean wanted;

  /** Whether somebody looks soon how long it has waited. */
  private boolean holding;

  /** Whether it has waited for too long since there was a connection. */
  private boolean late;

  private boolean closed;
  private long lastUsed;
  private @Nullable Long lastHeard;

  private PeerRoute(
      PeerNode node,
      URI address,
      int lane,
      @Nullable PeerRoute control,
      Consumer<PeerRoute> dialer) {
    this.node = node;
    this.address = address;
    this.lane = lane;
    this.control = control;
    this.lastUsed = node.nanoTime();
    this.dialer = dialer;
    this.room = control == null ? node.room() : control.room;
    this.waiting = new Outbox(room);
  }

  /** Makes the route of the control lane to an address. */
  static PeerRoute control(PeerNode node, URI address, Consumer<PeerRoute> dialer) {
    return new PeerRoute(node, address, 0, null, dialer);
  }

  URI address() {
    return address;
  }

  /** Returns what all that waits for the address shares. */
  Outbox.Room room() {
    return room;
  }

  /** Returns the number of its lane: 0 for the control lane. */
  int lane() {
    return lane;
  }

  /**
   * As {@link #offer(Outbox.Item, Outbox.Urgency)} on the control lane's route, but by a shard's
   * lane if there is one: messages always, requests if they can leave at once.
   */
  Outbox.Offer offer(int shard, Outbox.Item item, Outbox.Urgency urgency) {
    List<PeerRoute> all = lanes;
    PeerRoute own = all.isEmpty() ? null : all.get(Math.floorMod(shard, all.size()));
    boolean asks = item.call() != null; // Requests need no order among them.
    if (own != null && asks && !own.isReady()) {
      if (connection() != null) {
        own.wish();
      }
    } else if (own != null) {
      Outbox.Offer result = own.offer(item, urgency);
      if (result != Outbox.Offer.CLOSED) {
        return result;
      }
    }
    return offer(item, urgency);
  }

  /** Whether there is a connection, and its event loop does not wait for a disk for long. */
  private boolean isReady() {
    PeerConnection open = connection();
    return open != null && !open.isStuck();
  }

  /** Passes it on, or keeps it and dials. */
  Outbox.Offer offer(Outbox.Item item, Outbox.Urgency urgency) {
    Outbox.Offer result;
    boolean dial;
    synchronized (this) {
      result = take(item, urgency);
      dial = beginDial();
    }
    if (dial) {
      dialer.accept(this);
    }
    return result;
  }

  /** As {@link #offer}, but does not dial. The lock is held. */
  private Outbox.Offer take(Outbox.Item item, Outbox.Urgency urgency) {
    if (closed) {
      return Outbox.Offer.CLOSED;
    }
    lastUsed = node.nanoTime();
    PeerConnection open = connection;
    if (open != null) {
      Outbox.Offer result = open.offer(item, urgency);
      if (result != Outbox.Offer.CLOSED) {
        return result;
      }
      lastHeard = open.lastHeard();
      connection = null;
    }
    if (control != null && waiting.isEmpty() && isInVain(control)) {
      wanted |= control.connection() != null;
      return Outbox.Offer.CLOSED; // It goes by the control lane meanwhile.
    }
    Outbox.Offer result = waiting.offer(item, urgency);
    holdNotForLong();
    return result;
  }

  /** Whether a shard's lane could not be made of late, or not soon, or could not now. */
  private boolean isInVain(PeerRoute other) {
    return failures > 0 || late || other.connection() == null;
  }

  /** What waits for a shard's lane does not wait for all that a dial may take. */
  private void holdNotForLong() {
    if (control != null && !holding && !waiting.isEmpty()) {
      try {
        long nanos = node.settings().timings().pingInterval().toNanos() / HELD_OF_INTERVAL;
        var _ = node.timer().after(nanos, this::letGo);
        holding = true;
      } catch (RejectedExecutionException e) {
        LOG.debug("The peer network is closed", e);
      }
    }
  }

  private void letGo() {
    List<Outbox.Item> crowdedOut = new ArrayList<>();
    List<Outbox.Item> lost = List.of();
    synchronized (this) {
      holding = false;
      if (control == null || connection != null || waiting.isEmpty()) {
        return;
      }
      late = true;
      lost = goBy(control, waiting.takeAll(), crowdedOut);
    }
    over(control, crowdedOut, lost, "this node closes its connections");
  }

  private boolean beginDial() {
    if (closed || state != State.IDLE || connection != null || (waiting.isEmpty() && !wanted)) {
      return false;
    }
    wanted = false;
    state = State.DIALING;
    holdNotForLong();
    return true;
  }

  /** Dials although nothing waits: what is for the address goes another way meanwhile. */
  void wish() {
    synchronized (this) {
      lastUsed = node.nanoTime();
      wanted = true;
    }
    dialIfWanted();
  }

  private void dialIfWanted() {
    boolean dial;
    synchronized (this) {
      dial = beginDial();
    }
    if (dial) {
      dialer.accept(this);
    }
  }

  /** Something has come from there by another way. */
  synchronized void heard() {
    lastHeard = node.nanoTime();
  }

  synchronized @Nullable PeerConnection connection() {
    return connection;
  }

  /** Returns the connection of one of the shards' lanes, counted from 1; null if there is none. */
  @Nullable PeerConnection laneConnection(int number) {
    List<PeerRoute> all = lanes;
    return number > all.size() ? null : all.get(number - 1).connection();
  }

  /** Returns the clock reading of the last frame that came; null if none did. */
  synchronized @Nullable Long lastHeard() {
    return connection == null ? lastHeard : Long.valueOf(connection.lastHeard());
  }

  /** Uses the connection from now on. */
  void attach(PeerConnection open) {
    List<Outbox.Item> crowdedOut;
    synchronized (this) {
      if (closed) {
        return;
      }
      connection = open;
      failures = 0;
      late = false;
      yields = 0;
      lastUsed = node.nanoTime();
      if (control == null) {
        node.troubles().over(address);
      }
      crowdedOut = handOver(open);
    }
    node.crowdedOut(crowdedOut);
    if (control == null) {
      node.relays().over(address);
      arrange(open.lane().ofShards());
      lanes.forEach(shard -> shard.leaveOthersThan(open.identity()));
    }
    open.use(this);
  }

  /** Returns the route of the lane that a connection is, which goes to the address of this one. */
  PeerRoute ofLane(PeerConnection open) {
    int number = open.lane().number();
    return number == 0 ? this : arrange(open.lane().ofShards()).get(number - 1);
  }

  /** Sees to it that there are so many lanes, and returns them. */
  private List<PeerRoute> arrange(int count) {
    List<PeerRoute> before;
    List<PeerRoute> after;
    synchronized (this) {
      before = lanes;
      after = new ArrayList<>(before.subList(0, Math.min(count, before.size())));
      while (after.size() < count) {
        after.add(new PeerRoute(node, address, after.size() + 1, this, dialer));
      }
      lanes = List.copyOf(after);
    }
    before.stream().skip(count).forEach(PeerRoute::close);
    return after;
  }

  /** Ends the connection if it is with an earlier launch of the peer. */
  private void leaveOthersThan(PeerIdentity peer) {
    PeerConnection open = connection();
    if (open != null && !open.identity().launchId().equals(peer.launchId())) {
      open.close(CloseCode.GOING_AWAY, "another launch of the node answers at its address");
    }
  }

  /**
   * Hands on what waits; what the connection does not take for having ended waits for the next one.
   */
  private List<Outbox.Item> handOver(PeerConnection open) {
    List<Outbox.Item> crowdedOut = new ArrayList<>();
    for (Outbox.Item item : waiting.takeAll()) {
      Outbox.Urgency urgency = Outbox.Urgency.of(item);
      switch (open.offer(item, urgency)) {
        case TAKEN -> {}
        case FULL -> crowdedOut.add(item);
        case CLOSED -> waiting.offer(item, urgency);
      }
    }
    return crowdedOut;
  }

  /** The connection has ended. */
  void detach(PeerConnection ended) {
    boolean lost;
    synchronized (this) {
      if (connection == ended) {
        lastHeard = ended.lastHeard();
        connection = null;
      }
      lost = connection == null && !closed;
    }
    dialIfWanted();
    if (lost && control == null) {
      node.relays().seek(address);
    }
  }

  /** The dial has ended with a connection, a new one or one that was there. */
  void dialSucceeded(PeerConnection open) {
    attach(open);
    resume();
  }

  /**
   * The dial has failed: gives up what waits for it, and tries again later if there is cause.
   *
   * @param kind what is wrong; null if nothing is
   */
  void dialFailed(PeerTrouble.@Nullable Kind kind, String reason) {
    List<Outbox.Item> crowdedOut = new ArrayList<>();
    List<Outbox.Item> lost;
    long pause;
    synchronized (this) {
      state = State.PAUSED;
      pause = pause(failures);
      failures = Math.min(failures + 1, 30);
      lost = connection == null ? waiting.takeAll() : List.of();
      if (control != null) {
        if (failures == 1 && control.connection() != null) {
          LOG.warn("What is for lane {} to {} goes by the control lane: {}", lane, address, reason);
        }
        lost = goBy(control, lost, crowdedOut);
      } else if (connection == null && kind != null && !closed) {
        node.troubles().failed(address, kind, reason);
      }
    }
    if (kind == PeerTrouble.Kind.UNREACHABLE && control == null) {
      node.relays().seek(address);
    }
    over(control, crowdedOut, lost, "cannot connect to " + address + ": " + reason);
    resumeAfter(pause);
  }

  /**
   * There is no lane at present: what is for it goes by the control lane, before what comes now.
   * The lock is held, so what becomes of the rest is for {@link #over} to tell.
   *
   * @param crowdedOut takes what finds no room
   * @return what the control lane does not take, for the node closes
   */
  private static List<Outbox.Item> goBy(
      PeerRoute other, List<Outbox.Item> items, List<Outbox.Item> crowdedOut) {
    List<Outbox.Item> lost = new ArrayList<>();
    synchronized (other) {
      for (Outbox.Item item : items) {
        switch (other.take(item, Outbox.Urgency.of(item))) {
          case TAKEN -> {}
          case FULL -> crowdedOut.add(item);
          case CLOSED -> lost.add(item);
        }
      }
    }
    return lost;
  }

  /** No lock is held: those who wait for what could not be passed on hear of it. */
  private void over(
      @Nullable PeerRoute other,
      List<Outbox.Item> crowdedOut,
      List<Outbox.Item> lost,
      String reason) {
    if (other != null) {
      other.dialIfWanted();
    }
    node.crowdedOut(crowdedOut);
    node.giveUp(lost, reason);
  }

  /** The dial made way for another, which is about to bring a connection. */
  void dialYielded() {
    boolean inVain;
    synchronized (this) {
      yields++;
      inVain = yields > MAX_YIELDS;
      if (!inVain) {
        state = State.PAUSED;
      }
    }
    if (inVain) {
      dialFailed(
          PeerTrouble.Kind.UNREACHABLE,
          "it wants to connect itself, and does not. Check that it can reach this node's address");
    } else {
      resumeAfter(pause(0));
    }
  }

  /** Returns nanoseconds: doubled with each failure, up to a limit, less a random part. */
  private long pause(int failuresBefore) {
    PeerTimings timings = node.settings().timings();
    long most =
        Math.min(
            timings.backoffMax().toNanos(),
            timings.backoffMin().toNanos() << Math.min(failuresBefore, 20));
    return most / 2 + node.random().nextLong(most / 2 + 1);
  }

  private void resumeAfter(long nanos) {
    try {
      var _ = node.timer().after(nanos, this::resume);
    } catch (RejectedExecutionException e) {
      close(); // The timer has stopped, and with it the network.
    }
  }

  private void resume() {
    synchronized (this) {
      state = State.IDLE;
    }
    dialIfWanted();
  }

  /** Closes it, with its lanes, if it serves no purpose; says whether it is closed. */
  boolean retireIfUnused() {
    boolean over;
    synchronized (this) {
      over = closed;
    }
    if (!over && isUnused() && lanes.stream().allMatch(PeerRoute::isUnused)) {
      close();
      over = true;
    }
    if (over) {
      node.troubles().over(address);
    }
    return over;
  }

  private synchronized boolean isUnused() {
    return state == State.IDLE
        && connection == null
        && waiting.isEmpty()
        && node.nanoTime() - lastUsed > UNUSED_NANOS;
  }

  /** Takes nothing from now on, and neither do its lanes. */
  void close() {
    List<Outbox.Item> lost;
    PeerConnection open;
    synchronized (this) {
      closed = true;
      lost = waiting.close();
      open = connection;
    }
    node.giveUp(lost, "this node closes its connections");
    if (open != null && control != null) {
      var _ = open.leave();
    }
    lanes.forEach(PeerRoute::close);
  }
}
