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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connections of this node, at most one with each launch of a peer for each lane, and the
 * routes that use them. What follows is about one lane.
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

  /** Changed under the lock, read without. */
  private final Map<URI, PeerRoute> routes = new ConcurrentHashMap<>();

  private final Map<Link, PeerConnection> connections = new HashMap<>();

  /** Own dials that know whom they reach. */
  private final Map<Link, DialerHandshake> dials = new HashMap<>();

  /** The names of the latest connections, also when they have ended. */
  private final Map<Link, byte[]> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Link, byte[]> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  private volatile @Nullable Consumer<PeerRoute> dialer;
  private boolean sweepPlanned;
  private boolean closed;

  /** A lane between this node and a launch of a peer. */
  private record Link(String launch, int lane) {
    static Link of(PeerConnection connection) {
      return new Link(connection.identity().launchId(), connection.lane().number());
    }
  }

  PeerRoster(PeerNode node) {
    this.node = node;
  }

  /** Sets how routes are dialed, before the first is made. */
  void dialWith(Consumer<PeerRoute> value) {
    dialer = value;
  }

  /** Returns the route to an address; null when the network is closed. */
  @Nullable PeerRoute route(URI address) {
    PeerRoute existing = routes.get(address);
    return existing != null ? existing : newRoute(address);
  }

  private synchronized @Nullable PeerRoute newRoute(URI address) {
    Consumer<PeerRoute> dial = dialer;
    if (closed || dial == null) {
      return null;
    }
    PeerRoute route = routes.computeIfAbsent(address, key -> PeerRoute.control(node, key, dial));
    sweepLater();
    return route;
  }

  /** Returns what all that waits for a peer shares. */
  Outbox.Room roomFor(URI address) {
    PeerRoute route = route(address);
    return route == null ? node.room() : route.room();
  }

  @Nullable PeerRoute existingRoute(URI address) {
    return routes.get(address);
  }

  /** Returns how many connections there are, all lanes together. */
  synchronized int connectionCount() {
    return connections.size();
  }

  /** Returns with whom there is a connection now. */
  synchronized List<PeerIdentity> connected() {
    return connections.values().stream()
        .filter(open -> open.lane().isControl())
        .map(PeerConnection::identity)
        .toList();
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
    Link link = new Link(acceptor.launchId(), dial.lane());
    PeerConnection existing = connections.get(link);
    if (existing != null) {
      return new DialVerdict.Use(existing);
    }
    if (dials.putIfAbsent(link, dial) != null) {
      return new DialVerdict.Wait();
    }
    return new DialVerdict.GoOn(known.getOrDefault(link, NONE));
  }

  synchronized void dialEnded(DialerHandshake dial, PeerIdentity acceptor) {
    dials.remove(new Link(acceptor.launchId(), dial.lane()), dial);
  }

  /**
   * Takes a connection that the peer has dialed; says whether it is to be used.
   *
   * @param peerKnew the connection between the two that the peer last had before it dialed
   */
  boolean accept(PeerConnection connection, byte[] peerKnew) {
    DialerHandshake own;
    PeerConnection replaced;
    Link link = Link.of(connection);
    synchronized (this) {
      own = dials.get(link);
      replaced = connections.get(link);
      boolean yields = own != null && node.self().launchId().compareTo(link.launch()) < 0;
      boolean late = replaced != null && !Arrays.equals(replaced.name(), peerKnew);
      if (closed || yields || late) {
        return false;
      }
      dials.remove(link);
      add(link, connection);
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
    Link link = Link.of(connection);
    synchronized (this) {
      if (!dials.remove(link, dial) || closed) {
        return false;
      }
      replaced = connections.get(link);
      add(link, connection);
    }
    established(connection, replaced);
    return true;
  }

  private void add(Link link, PeerConnection connection) {
    connections.put(link, connection);
    known.put(link, connection.name());
  }

  private void established(PeerConnection connection, @Nullable PeerConnection replaced) {
    if (replaced != null) {
      replaced.close(CloseCode.DUPLICATE, "the peer has connected anew");
    }
    boolean control = connection.lane().isControl();
    LOG.atLevel(control ? Level.INFO : Level.DEBUG)
        .log(
            "Connected with {}{}",
            connection.identity(),
            control ? "" : " on lane " + connection.lane().number());
    PeerRoute route = route(connection.identity().address());
    if (route != null) {
      route.ofLane(connection).attach(connection);
      if (control) {
        node.clocks().ask(connection.identity());
      }
    }
  }

  /** The connection has ended. */
  void ended(PeerConnection connection, String reason) {
    PeerIdentity peer = connection.identity();
    boolean control = connection.lane().isControl();
    List<PeerConnection> others;
    synchronized (this) {
      if (!connections.remove(Link.of(connection), connection)) {
        return;
      }
      others =
          connections.values().stream()
              .filter(other -> other.identity().launchId().equals(peer.launchId()))
              .toList();
    }
    if (!control) {
      LOG.info("Lane {} to {} has ended: {}", connection.lane().number(), peer, reason);
      return;
    }
    LOG.info("Disconnected from {}: {}", peer, reason);
    others.forEach(PeerConnection::probe); // Those that are quiet would not notice.
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
