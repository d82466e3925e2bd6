// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.Objects.requireNonNull;

import io.cairn.net.PeerEndpoint;
import io.cairn.net.peer.PeerAddress;
import io.cairn.net.peer.PeerClockSkew;
import io.cairn.net.peer.PeerGate;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerRefusal;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTraffic;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer network over upgraded connections. Give {@link #endpoint()} to the HTTP server before
 * that starts, and call {@link #start} when the node's address is known: until then nobody is
 * connected or accepted.
 */
public final class PeerChannels implements PeerNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(PeerChannels.class);

  /** The key of what goes by the control lane; no key of a shard. */
  private static final long CONTROL = Long.MIN_VALUE;

  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(2);
  private static final long CLOCK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PeerSettings settings;
  private final PeerNode.Handlers handlers = new PeerNode.Handlers();
  private final TrafficMeter traffic = new TrafficMeter();
  private final PeerAcceptor acceptor = new PeerAcceptor(this::node);

  /** What exists from the start to the end. */
  private record Running(PeerNode node, Dialer dialer, DueTimer timer) {}

  private volatile @Nullable Running running;
  private boolean over;

  /** Makes a network that is not connected with anything yet. */
  public PeerChannels(PeerSettings settings) {
    this.settings = requireNonNull(settings);
  }

  /** Returns what the HTTP server hands connections of peers to. */
  public PeerEndpoint endpoint() {
    return acceptor;
  }

  /**
   * Begins to connect and to accept, in the name of the given node.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start(PeerIdentity self) {
    if (over || running != null) {
      throw new IllegalStateException("a peer network starts once");
    }
    DueTimer timer = new DueTimer();
    PeerNode node =
        new PeerNode(
            settings,
            self,
            handlers,
            new PeerNode.Instruments(traffic, timer, new SecureRandom(), this));
    Dialer dialer = new Dialer(node);
    node.roster().dialWith(dialer::dial);
    running = new Running(node, dialer, timer);
    compareLater(node);
  }

  /** Sets who decides whether nodes may call themselves what they do; before the start. */
  public void gate(PeerGate gate) {
    handlers.gate(requireNonNull(gate));
  }

  /**
   * Ends the connections with peers that {@link PeerSettings#reaches} excludes meanwhile, as a
   * broken network would.
   */
  public void dropUnreachable() {
    PeerNode node = node();
    if (node != null) {
      node.roster().dropUnreachable();
    }
  }

  /** Returns how many connections that peers have opened are open, proven or not. */
  int acceptedConnections() {
    return acceptor.open();
  }

  /** Compares the clocks now and then; there may be nobody, which costs nothing. */
  private static void compareLater(PeerNode node) {
    try {
      var _ =
          node.timer()
              .after(
                  CLOCK_NANOS,
                  () -> {
                    compareLater(node);
                    node.clocks().round();
                  });
    } catch (RejectedExecutionException e) {
      LOG.debug("The peer network is closed", e);
    }
  }

  /** Returns what its connections share; null before the start and after the end. */
  @Nullable PeerNode node() {
    Running current = running;
    return current == null ? null : current.node;
  }

  @Override
  public void send(URI peer, PeerStream stream, byte[] payload) {
    sendBy(CONTROL, peer, stream, payload, payload.length);
  }

  @Override
  public void send(URI peer, PeerStream stream, int shard, ByteBuffer payload) {
    if (payload.arrayOffset() + payload.position() != 0) {
      throw new IllegalArgumentException("the payload does not begin with its array");
    }
    sendBy(shard, peer, stream, payload.array(), payload.limit());
  }

  private void sendBy(long shard, URI peer, PeerStream stream, byte[] payload, int length) {
    URI address = PeerAddress.normalize(peer);
    Detour detour = detour(address);
    if (detour != null) {
      byte[] exact = payload.length == length ? payload : Arrays.copyOf(payload, length);
      detour.relays.send(detour.over, address, stream, exact);
      return;
    }
    Outbox.Item item = Outbox.Item.message(stream, payload, length);
    if (isTooLarge(item) || offer(address, shard, item) != Outbox.Offer.TAKEN) {
      traffic.dropped(stream);
    }
  }

  @Override
  public CompletableFuture<byte[]> request(
      URI peer, PeerStream stream, byte[] payload, Duration timeout) {
    return requestBy(CONTROL, peer, stream, payload, timeout);
  }

  @Override
  public CompletableFuture<byte[]> request(
      URI peer, PeerStream stream, int shard, byte[] payload, Duration timeout) {
    return requestBy(shard, peer, stream, payload, timeout);
  }

  private CompletableFuture<byte[]> requestBy(
      long shard, URI peer, PeerStream stream, byte[] payload, Duration timeout) {
    URI address = PeerAddress.normalize(peer);
    Detour detour = detour(address);
    if (detour != null) {
      return detour.relays.request(detour.over, address, stream, payload, timeout);
    }
    RequestCall call = new RequestCall(address, stream);
    Outbox.Item item = new Outbox.Item(stream, FrameKind.REQUEST, 0, payload, call);
    begin(address, shard, item, call, timeout);
    return call.future();
  }

  @Override
  public void withdraw(CompletableFuture<byte[]> answer) {
    PeerCall.withdraw(answer);
  }

  @Override
  public CompletableFuture<InputStream> download(
      URI peer, PeerStream stream, byte[] request, Duration timeout) {
    URI address = PeerAddress.normalize(peer);
    Detour detour = detour(address);
    if (detour != null) {
      return detour.relays.download(detour.over, address, stream, request, timeout);
    }
    int window = settings.limits().windowBytes();
    byte[] payload =
        ByteBuffer.allocate(Integer.BYTES + request.length).putInt(window).put(request).array();
    DownloadCall call = new DownloadCall(address, stream, timeout, window);
    Outbox.Item item = new Outbox.Item(stream, FrameKind.OPEN, 0, payload, call);
    begin(address, CONTROL, item, call, timeout);
    return call.future();
  }

  /** A way over another node. */
  private record Detour(Relays relays, PeerIdentity over) {}

  /**
   * Returns the way to a node with which there is no connection; null if there is one, or no way.
   */
  private @Nullable Detour detour(URI address) {
    PeerNode node = node();
    PeerIdentity over = node == null ? null : node.relays().way(address);
    PeerRoute route = node == null || over == null ? null : node.roster().route(address);
    if (node == null || over == null || route == null || route.connection() != null) {
      return null;
    }
    route.wish(); // The direct way is tried all the time.
    return new Detour(node.relays(), over);
  }

  private void begin(
      URI address, long shard, Outbox.Item item, PeerCall<?> call, Duration timeout) {
    Running current = running;
    if (current == null) {
      call.unreachable("this node is not connected");
      return;
    }
    if (isTooLarge(item)) {
      call.tooLarge(item.length());
      return;
    }
    switch (offer(address, shard, item)) {
      case TAKEN -> {}
      case FULL -> {
        call.crowdedOut();
        return;
      }
      case CLOSED -> {
        call.unreachable("this node is not connected");
        return;
      }
    }
    try {
      call.expireAfter(timeout, current.timer);
    } catch (RejectedExecutionException e) {
      call.unreachable("this node closes its connections"); // The timer has stopped.
    }
  }

  private boolean isTooLarge(Outbox.Item item) {
    return item.length() + FrameHead.BYTES > settings.limits().maxFrameBytes();
  }

  /** Hands it to the route; {@link Outbox.Offer#CLOSED} if there is none. */
  private Outbox.Offer offer(URI address, long shard, Outbox.Item item) {
    PeerNode node = node();
    Outbox.Urgency urgency = Outbox.Urgency.of(item);
    while (node != null) {
      PeerRoute route = node.roster().route(address);
      if (route == null) {
        break;
      }
      Outbox.Offer result =
          shard == CONTROL ? route.offer(item, urgency) : route.offer((int) shard, item, urgency);
      if (result != Outbox.Offer.CLOSED) {
        return result;
      }
      // It has been retired for lack of use: there is a new one, or none.
    }
    return Outbox.Offer.CLOSED;
  }

  @Override
  public void handle(PeerStream stream, PeerHandler handler) {
    handlers.set(stream, requireNonNull(handler));
  }

  @Override
  public boolean isConnected(URI peer) {
    return identity(peer).isPresent();
  }

  @Override
  public Optional<PeerIdentity> identity(URI peer) {
    PeerNode node = node();
    PeerRoute route =
        node == null ? null : node.roster().existingRoute(PeerAddress.normalize(peer));
    PeerConnection connection = route == null ? null : route.connection();
    return Optional.ofNullable(connection).map(PeerConnection::identity);
  }

  @Override
  public Optional<Duration> silence(URI peer) {
    PeerNode node = node();
    PeerRoute route =
        node == null ? null : node.roster().existingRoute(PeerAddress.normalize(peer));
    Long heard = route == null ? null : route.lastHeard();
    return Optional.ofNullable(heard)
        .map(nanos -> Duration.ofNanos(Math.max(0, settings.nanoTime().getAsLong() - nanos)));
  }

  @Override
  public List<PeerTrouble> troubles() {
    PeerNode node = node();
    return node == null
        ? List.of()
        : node.troubles().all().stream()
            .map(trouble -> trouble.over(node.relays().way(trouble.address())))
            .toList();
  }

  @Override
  public List<PeerRefusal> refusals() {
    PeerNode node = node();
    return node == null ? List.of() : node.troubles().refusals();
  }

  @Override
  public List<PeerClockSkew> clockSkews() {
    PeerNode node = node();
    return node == null ? List.of() : node.clocks().skews();
  }

  @Override
  public Map<String, Long> roundTrips() {
    PeerNode node = node();
    return node == null ? Map.of() : node.clocks().roundTrips();
  }

  @Override
  public int connectionCount() {
    PeerNode node = node();
    return node == null ? 0 : node.roster().connectionCount();
  }

  @Override
  public long agreedMicros() {
    PeerNode node = node();
    if (node != null) {
      return node.clocks().agreedMicros();
    }
    Instant now = settings.clock().instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }

  @Override
  public void onDisconnect(Consumer<PeerIdentity> listener) {
    handlers.disconnects().add(requireNonNull(listener));
  }

  @Override
  public Map<PeerStream, PeerTraffic> traffic() {
    return traffic.snapshot();
  }

  @Override
  public void close() {
    Running current;
    synchronized (this) {
      current = running;
      over = true;
      running = null;
    }
    if (current == null) {
      return;
    }
    CompletableFuture<?>[] leaving =
        current.node.roster().close().stream()
            .map(PeerConnection::leave)
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(leaving)
        .completeOnTimeout(null, FLUSH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    current.timer.stop();
    current.dialer.close();
  }
}
