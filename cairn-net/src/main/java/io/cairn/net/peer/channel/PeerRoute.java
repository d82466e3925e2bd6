// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.cairn.net.peer.PeerTimings;
import io.cairn.net.peer.PeerTrouble;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node has to say to one address. While there is a connection it is passed on to that;
 * otherwise it waits while the address is dialed, and is given up when that fails. Thread-safe;
 * guarded by this.
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

  private final PeerNode node;
  private final URI address;
  private final Consumer<PeerRoute> dialer;
  private final Outbox waiting;
  private State state = State.IDLE;
  private @Nullable PeerConnection connection;
  private int failures;
  private int yields;
  private boolean wanted;
  private boolean closed;
  private long lastUsed;
  private @Nullable Long lastHeard;

  PeerRoute(PeerNode node, URI address, Consumer<PeerRoute> dialer) {
    this.node = node;
    this.address = address;
    this.lastUsed = node.nanoTime();
    this.dialer = dialer;
    this.waiting = new Outbox(node.settings().limits().queueBytes());
  }

  URI address() {
    return address;
  }

  /** Passes it on, or keeps it and dials. */
  Outbox.Offer offer(Outbox.Item item, Outbox.Lane lane) {
    Outbox.Offer result;
    boolean dial;
    synchronized (this) {
      if (closed) {
        return Outbox.Offer.CLOSED;
      }
      lastUsed = node.nanoTime();
      PeerConnection open = connection;
      if (open != null) {
        result = open.offer(item, lane);
        if (result != Outbox.Offer.CLOSED) {
          return result;
        }
        lastHeard = open.lastHeard();
        connection = null;
      }
      result = waiting.offer(item, lane);
      dial = beginDial();
    }
    if (dial) {
      dialer.accept(this);
    }
    return result;
  }

  private boolean beginDial() {
    if (closed || state != State.IDLE || connection != null || (waiting.isEmpty() && !wanted)) {
      return false;
    }
    wanted = false;
    state = State.DIALING;
    return true;
  }

  /** Dials although nothing waits: what is for the address goes another way meanwhile. */
  void wish() {
    boolean dial;
    synchronized (this) {
      lastUsed = node.nanoTime();
      wanted = true;
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
      node.troubles().over(address);
      failures = 0;
      yields = 0;
      lastUsed = node.nanoTime();
      crowdedOut = handOver(open);
    }
    node.crowdedOut(crowdedOut);
    node.relays().over(address);
    open.use(this);
  }

  /**
   * Hands on what waits; what the connection does not take for having ended waits for the next one.
   */
  private List<Outbox.Item> handOver(PeerConnection open) {
    List<Outbox.Item> crowdedOut = new ArrayList<>();
    for (Outbox.Item item : waiting.takeAll()) {
      Outbox.Lane lane = Outbox.Lane.of(item);
      switch (open.offer(item, lane)) {
        case TAKEN -> {}
        case FULL -> crowdedOut.add(item);
        case CLOSED -> waiting.offer(item, lane);
      }
    }
    return crowdedOut;
  }

  /** The connection has ended. */
  void detach(PeerConnection ended) {
    boolean dial;
    boolean lost;
    synchronized (this) {
      if (connection == ended) {
        lastHeard = ended.lastHeard();
        connection = null;
      }
      lost = connection == null && !closed;
      dial = beginDial();
    }
    if (dial) {
      dialer.accept(this);
    }
    if (lost) {
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
    List<Outbox.Item> lost;
    long pause;
    synchronized (this) {
      state = State.PAUSED;
      pause = pause(failures);
      failures = Math.min(failures + 1, 30);
      lost = connection == null ? waiting.takeAll() : List.of();
      if (connection == null && kind != null && !closed) {
        node.troubles().failed(address, kind, reason);
      }
    }
    if (kind == PeerTrouble.Kind.UNREACHABLE) {
      node.relays().seek(address);
    }
    node.giveUp(lost, "cannot connect to " + address + ": " + reason);
    resumeAfter(pause);
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
    boolean dial;
    synchronized (this) {
      state = State.IDLE;
      dial = beginDial();
    }
    if (dial) {
      dialer.accept(this);
    }
  }

  /** Closes it if it serves no purpose; says whether it is closed. */
  synchronized boolean retireIfUnused() {
    boolean unused =
        state == State.IDLE
            && connection == null
            && waiting.isEmpty()
            && node.nanoTime() - lastUsed > UNUSED_NANOS;
    closed |= unused;
    if (closed) {
      node.troubles().over(address);
    }
    return closed;
  }

  /** Takes nothing from now on. */
  void close() {
    List<Outbox.Item> lost;
    synchronized (this) {
      closed = true;
      lost = waiting.close();
    }
    node.giveUp(lost, "this node closes its connections");
  }
}
