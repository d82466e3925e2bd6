// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.Hello;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of this node, at most one with each launch of a peer, and the routes that use
 * them.
 *
 * <p>When two nodes dial each other at once, the one with the smaller launch id decides, under its
 * lock, in one of two moments. When its own dial learns who answers, it goes on only if no
 * connection with that launch exists; and when the other's dial has proved itself, it is refused if
 * the own dial has got that far. So of the two exactly one is established, on both sides, before
 * either has carried a frame. A proof that arrives while there is a connection comes from a dial
 * that lost against it, and is refused, unless its sender says that it had lost that very
 * connection before its dial went on: then the new one replaces it.
 *
 * <p>Thread-safe; guarded by this. Nothing foreign is called under the lock.
 */
final class PeerRoster {
  private static final Logger LOG = LoggerFactory.getLogger(PeerRoster.class);

  private static final int MAX_KNOWN = 1000;
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final byte[] NONE = new byte[Hello.NONCE_BYTES];

  private final PeerNode node;
  private final Map<URI, PeerRoute> routes = new HashMap<>();
  private final Map<String, PeerConnection> connections = new HashMap<>();

  /** Own dials that know whom they reach, by its launch. */
  private final Map<String, DialerHandshake> dials = new HashMap<>();

  /** The names of the latest connections, by the launch of the peer, also when they have ended. */
  private final Map<String, byte[]> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  private @Nullable Consumer<PeerRoute> dialer;
  private boolean sweepPlanned;
  private boolean closed;

  PeerRoster(PeerNode node) {
    this.node = node;
  }

  /** Sets how routes are dialed, before the first is made. */
  synchronized void dialWith(Consumer<PeerRoute> value) {
    dialer = value;
  }

  /** Returns the route to an address; null when the network is closed. */
  synchronized @Nullable PeerRoute route(URI address) {
    Consumer<PeerRoute> dial = dialer;
    if (closed || dial == null) {
      return null;
    }
    PeerRoute route = routes.computeIfAbsent(address, key -> new PeerRoute(node, key, dial));
    sweepLater();
    return route;
  }

  synchronized @Nullable PeerRoute existingRoute(URI address) {
    return routes.get(address);
  }

  /** Returns with whom there is a connection now. */
  synchronized List<PeerIdentity> connected() {
    return connections.values().stream().map(PeerConnection::identity).toList();
  }

  /** Ends the connections with addresses that are not to be reached any more. */
  void dropUnreachable() {
    List<PeerConnection> all;
    synchronized (this) {
      all = List.copyOf(connections.values());
    }
    all.stream()
        .filter(open -> !node.settings().reaches().test(open.identity().address()))
        .forEach(open -> open.close(CloseCode.TIMED_OUT, "the way there is cut"));
  }

  private void sweepLater() {
    if (!sweepPlanned) {
      try {
        var _ = node.timer().after(SWEEP_NANOS, this::sweep);
        sweepPlanned = true;
      } catch (RejectedExecutionException e) {
        LOG.debug("The peer network is closed", e);
      }
    }
  }

  /**
   * Forgets routes that nobody has used for long, and logs troubles that have lasted; again and
   * again as long as there are routes.
   */
  private void sweep() {
    node.troubles().look();
    synchronized (this) {
      routes.values().removeIf(PeerRoute::retireIfUnused);
      sweepPlanned = false;
      if (!routes.isEmpty() && !closed) {
        sweepLater();
      }
    }
  }

  /** What a dial is to do now that it knows whom it reaches. */
  sealed interface DialVerdict {
    /** Prove itself. */
    final class GoOn implements DialVerdict {
      private final byte[] known;

      private GoOn(byte[] known) {
        this.known = known;
      }

      /**
       * Returns the name of the latest connection with that launch, which has ended; zeros if there
       * was none. It is part of the verdict because one that comes later is not lost.
       */
      byte[] known() {
        return known;
      }
    }

    /** Use the connection that exists. */
    record Use(PeerConnection existing) implements DialVerdict {}

    /** Wait for another dial to the same peer, under another address. */
    record Wait() implements DialVerdict {}
  }

  synchronized DialVerdict dialReached(DialerHandshake dial, PeerIdentity acceptor) {
    PeerConnection existing = connections.get(acceptor.launchId());
    if (existing != null) {
      return new DialVerdict.Use(existing);
    }
    if (dials.putIfAbsent(acceptor.launchId(), dial) != null) {
      return new DialVerdict.Wait();
    }
    return new DialVerdict.GoOn(known.getOrDefault(acceptor.launchId(), NONE));
  }

  synchronized void dialEnded(DialerHandshake dial, PeerIdentity acceptor) {
    dials.remove(acceptor.launchId(), dial);
  }

  /**
   * Takes a connection that the peer has dialed; says whether it is to be used.
   *
   * @param peerKnew the connection between the two that the peer last had before it dialed
   */
  boolean accept(PeerConnection connection, byte[] peerKnew) {
    DialerHandshake own;
    PeerConnection replaced;
    String launch = connection.identity().launchId();
    synchronized (this) {
      own = dials.get(launch);
      replaced = connections.get(launch);
      boolean yields = own != null && node.self().launchId().compareTo(launch) < 0;
      boolean late = replaced != null && !Arrays.equals(replaced.name(), peerKnew);
      if (closed || yields || late) {
        return false;
      }
      dials.remove(launch);
      add(launch, connection);
    }
    if (own != null) {
      own.abort();
    }
    established(connection, replaced);
    return true;
  }

  /** Takes a connection that this node has dialed; says whether it is to be used. */
  boolean dialed(DialerHandshake dial, PeerConnection connection) {
    PeerConnection replaced;
    String launch = connection.identity().launchId();
    synchronized (this) {
      if (!dials.remove(launch, dial) || closed) {
        return false;
      }
      replaced = connections.get(launch);
      add(launch, connection);
    }
    established(connection, replaced);
    return true;
  }

  private void add(String launch, PeerConnection connection) {
    connections.put(launch, connection);
    known.put(launch, connection.name());
  }

  private void established(PeerConnection connection, @Nullable PeerConnection replaced) {
    if (replaced != null) {
      replaced.close(CloseCode.DUPLICATE, "the peer has connected anew");
    }
    LOG.info("Connected with {}", connection.identity());
    PeerRoute route = route(connection.identity().address());
    if (route != null) {
      route.attach(connection);
      node.clocks().ask(connection.identity());
    }
  }

  /** The connection has ended. */
  void ended(PeerConnection connection, String reason) {
    PeerIdentity peer = connection.identity();
    boolean current;
    synchronized (this) {
      current = connections.remove(peer.launchId(), connection);
    }
    if (!current) {
      return;
    }
    LOG.info("Disconnected from {}: {}", peer, reason);
    for (Consumer<PeerIdentity> listener : node.handlers().disconnects()) {
      try {
        listener.accept(peer);
      } catch (RuntimeException e) {
        LOG.error("A listener failed on the end of the connection with {}", peer, e);
      }
    }
  }

  /** Makes and takes no further connections; returns those that there are. */
  List<PeerConnection> close() {
    List<PeerConnection> open;
    List<DialerHandshake> dialing;
    List<PeerRoute> all;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(connections.values());
      dialing = new ArrayList<>(dials.values());
      all = new ArrayList<>(routes.values());
    }
    dialing.forEach(DialerHandshake::abort);
    all.forEach(PeerRoute::close);
    return open;
  }
}
