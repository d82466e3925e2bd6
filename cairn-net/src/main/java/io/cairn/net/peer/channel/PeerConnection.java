// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.LoopTurn;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.Assembly;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.FrameViolation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authenticated connection with one launch of a peer: one of its lanes. Frames are offered from
 * any thread and written by the event loop, which also hands on what arrives; those that are
 * offered in a turn of an event loop leave together at its end.
 */
final class PeerConnection implements FrameChannel.Protocol {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
  private static final byte[] NOTHING = {};

  /** A shard that has waited so long for its disk is not waited for where there is another way. */
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PeerNode node;
  private final FrameChannel channel;
  private final PeerIdentity identity;
  private final Lane lane;
  private final byte[] name;
  private final Outbox outbox;
  private final Map<Long, PeerCall<?>> calls = new ConcurrentHashMap<>();
  private final Map<Long, DownloadSource> sources = new ConcurrentHashMap<>();

  /** The peer's requests that were not answered yet, and whether it has taken them back. */
  private final Map<Long, AtomicBoolean> asked = new ConcurrentHashMap<>();

  /** What of a large frame has come. Event loop. */
  private final Assembly assembly;

  private final Set<PeerRoute> routes = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile long lastHeard;

  /** When the event loop was last told that something waits. */
  private volatile long wokenAt;

  private volatile boolean leaving;
  private volatile boolean ended;

  // Event loop.
  private long lastSent;
  private long lastReceived;

  /**
   * What a connection is to both sides.
   *
   * @param number 0 for the control lane, from 1 on those of shards
   * @param ofShards how many lanes of shards there are between the two
   */
  record Lane(int number, int ofShards) {
    boolean isControl() {
      return number == 0;
    }
  }

  /**
   * Makes one.
   *
   * @param name its name on both sides
   */
  PeerConnection(
      PeerNode node, FrameChannel channel, PeerIdentity identity, Lane lane, byte[] name) {
    this.lane = lane;
    this.name = name;
    this.node = node;
    this.channel = channel;
    this.identity = identity;
    this.lastHeard = node.nanoTime();
    this.outbox = new Outbox(node.roster().roomFor(identity.address()));
    this.assembly = new Assembly(node.settings().limits().maxFrameBytes());
  }

  /** Returns the reading of the clock that durations are measured with. */
  long nanoTime() {
    return node.nanoTime();
  }

  PeerIdentity identity() {
    return identity;
  }

  /** Returns its name on both sides: the dialer's nonce. */
  byte[] name() {
    return name;
  }

  /** Returns what it is to both sides. */
  Lane lane() {
    return lane;
  }

  /** Any thread: gives it up soon unless the peer shows that it is there. */
  void probe() {
    channel.probe();
  }

  /** Returns the clock reading of the last frame, or of the proof if there was none. */
  long lastHeard() {
    return lastHeard;
  }

  /** Tells the route when this ends. */
  void use(PeerRoute route) {
    routes.add(route);
    if (ended) {
      route.detach(this);
    }
  }

  /** Queues a frame. */
  Outbox.Offer offer(Outbox.Item item, Outbox.Urgency urgency) {
    Outbox.Offer result = outbox.offer(item, urgency);
    if (result == Outbox.Offer.TAKEN) {
      wake();
    }
    return result;
  }

  /** Queues a small frame that must not be dropped. A peer that lets too many pile up is left. */
  private void force(Outbox.Item item, Outbox.Urgency urgency) {
    if (outbox.force(item, urgency)) {
      wake();
    } else {
      close(CloseCode.OVERLOADED, "the peer does not read its answers");
    }
  }

  /** On the event loop it costs nothing: its turn ends anyway. */
  private void wake() {
    if (awake.compareAndSet(false, true)) {
      wokenAt = node.nanoTime();
      if (!(channel.isOnLoop() && LoopTurn.atEnd(this::letOut))) {
        channel.execute(this::letOut);
      }
    }
  }

  /** Any thread: whether the event loop has not come to what waits for longer than usual. */
  boolean isStuck() {
    return awake.get() && node.nanoTime() - wokenAt > STUCK_NANOS;
  }

  private void letOut() {
    writable();
    channel.flush();
  }

  /** Any thread: ends it, with a reason for the peer. */
  void close(int code, String reason) {
    channel.closeSoon(code, reason);
  }

  /** Any thread: sends what is queued, then ends it; complete when it has ended. */
  CompletableFuture<Void> leave() {
    leaving = true;
    wake();
    return gone;
  }

  @Override
  public void began(FrameChannel begun) {
    throw new IllegalStateException("a handshake comes first");
  }

  @Override
  public void writable() {
    awake.set(false);
    while (channel.isWritable()) {
      Outbox.Item item = outbox.poll();
      if (item == null) {
        if (leaving) {
          channel.close(CloseCode.GOING_AWAY, "the node closes its connections");
        }
        return;
      }
      write(item);
    }
  }

  private void write(Outbox.Item item) {
    long id = item.correlation();
    PeerCall<?> call = item.call();
    if (call != null) {
      id = lastSent + 1;
      calls.put(id, call);
      call.over(this);
      if (!call.sending(id)) {
        calls.remove(id);
        takenBack(item);
        return; // It has timed out.
      }
      lastSent = id;
    }
    channel.write(new FrameHead(item.stream(), item.kind(), id), item.payload(), item.length());
    node.traffic().sent(item.stream(), item.length());
  }

  /** The pieces that went before count for nothing. */
  private void takenBack(Outbox.Item item) {
    if (item.kind() == FrameKind.LAST) {
      channel.write(new FrameHead(item.stream(), FrameKind.LAST, 0), NOTHING);
    }
  }

  @Override
  public void frame(FrameHead head, byte[] payload) throws FrameViolation {
    node.traffic().received(head.stream(), payload.length);
    lastHeard = node.nanoTime();
    switch (head.kind()) {
      case PART -> assembly.part(head.correlation(), payload);
      case LAST -> {
        byte[] whole = assembly.last(payload);
        FrameKind kind = whole == null ? null : FrameKind.of(payload[0]);
        if (whole != null && kind != FrameKind.REQUEST && kind != FrameKind.RESPONSE) {
          throw new FrameViolation(CloseCode.MALFORMED, "no such frame comes in pieces");
        }
        if (whole != null && kind != null) {
          whole(new FrameHead(head.stream(), kind, head.correlation()), whole);
        }
      }
      default -> whole(head, payload);
    }
  }

  private void whole(FrameHead head, byte[] payload) throws FrameViolation {
    switch (head.kind()) {
      case MESSAGE -> message(head, payload);
      case REQUEST -> request(head, payload);
      case OPEN -> open(head, payload);
      case RESPONSE, FAILURE, OPENED, CHUNK, END -> answer(head, payload);
      case CREDIT -> credit(head, payload);
      case CANCEL -> cancel(head);
      case HANDSHAKE, PART, LAST, PING, PONG, CLOSE ->
          throw new FrameViolation(CloseCode.MALFORMED, "the handshake is over");
    }
  }

  private void message(FrameHead head, byte[] payload) {
    try {
      node.handlers().of(head.stream()).message(identity, payload);
    } catch (UnsupportedOperationException e) {
      // Early, while this node still starts: messages may get lost.
      LOG.debug("Nobody takes messages of {} yet", head.stream(), e);
    } catch (RuntimeException e) {
      node.warnings()
          .warn(
              "The handler of %s failed on a message of %s".formatted(head.stream(), identity), e);
    }
  }

  private void request(FrameHead head, byte[] payload) throws FrameViolation {
    checkNew(head);
    if (unanswered.incrementAndGet() > node.settings().limits().maxRequests()) {
      unanswered.decrementAndGet();
      refuse(head, false, "overloaded: too many requests are under way");
      return;
    }
    AtomicBoolean abandoned = new AtomicBoolean();
    asked.put(head.correlation(), abandoned);
    try {
      CompletionStage<byte[]> answer =
          node.handlers().of(head.stream()).request(identity, payload, abandoned::get);
      var _ = answer.whenComplete((bytes, failure) -> respond(head, bytes, failure));
    } catch (UnsupportedOperationException e) {
      asked.remove(head.correlation());
      unanswered.decrementAndGet();
      refuse(head, false, FailurePayload.describe(e));
    } catch (RuntimeException e) {
      node.warnings()
          .warn(
              "The handler of %s failed on a request of %s".formatted(head.stream(), identity), e);
      respond(head, null, e);
    }
  }

  private void respond(FrameHead head, byte @Nullable [] answer, @Nullable Throwable failure) {
    AtomicBoolean abandoned = asked.remove(head.correlation());
    unanswered.decrementAndGet();
    if (abandoned != null && abandoned.get()) {
      return; // The asker has forgotten that it asked.
    }
    if (answer == null || failure != null) {
      refuse(head, true, failure == null ? "no answer" : FailurePayload.describe(failure));
    } else if (FrameHead.BYTES + answer.length > node.settings().limits().maxFrameBytes()) {
      refuse(head, true, "the answer has " + answer.length + " bytes, which is too much");
    } else {
      Outbox.Item item =
          new Outbox.Item(head.stream(), FrameKind.RESPONSE, head.correlation(), answer, null);
      if (offer(item, Outbox.Urgency.of(item)) == Outbox.Offer.FULL) {
        refuse(head, true, "overloaded: too many answers wait to be read");
      }
    }
  }

  private void refuse(FrameHead head, boolean handled, String text) {
    byte[] payload = FailurePayload.encode(handled, text);
    force(
        new Outbox.Item(head.stream(), FrameKind.FAILURE, head.correlation(), payload, null),
        Outbox.Urgency.of(head.stream()));
  }

  /** The peer numbers what it asks in the order of sending. */
  private void checkNew(FrameHead head) throws FrameViolation {
    if (head.correlation() <= lastReceived) {
      throw new FrameViolation(
          CloseCode.MALFORMED, "the correlation id " + head.correlation() + " was used before");
    }
    lastReceived = head.correlation();
  }

  private void open(FrameHead head, byte[] payload) throws FrameViolation {
    checkNew(head);
    if (payload.length < Integer.BYTES) {
      throw new FrameViolation(CloseCode.MALFORMED, "a download without window");
    }
    if (sources.size() >= node.settings().limits().maxDownloads()) {
      refuse(head, false, "overloaded: too many downloads are under way");
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    // A peer with a larger window than ours does not make us hold more. It grants by the piece.
    int most = Math.max(node.settings().limits().windowBytes(), DownloadSource.PIECE);
    int window = Math.clamp(in.getInt(), 0, most);
    byte[] request = new byte[in.remaining()];
    in.get(request);
    DownloadSource source =
        new DownloadSource(this, node.handlers().of(head.stream()), head, request, window);
    sources.put(head.correlation(), source);
    Thread.ofVirtual().name("cairn-download").start(source);
  }

  private void answer(FrameHead head, byte[] payload) throws FrameViolation {
    long id = head.correlation();
    if (id <= 0 || id > lastSent) {
      throw new FrameViolation(CloseCode.MALFORMED, "nothing was asked with id " + id);
    }
    PeerCall<?> call = calls.get(id);
    // A late answer to a call that was given up finds nobody.
    if (call != null && !call.answered(head, payload)) {
      calls.remove(id);
    }
  }

  private @Nullable DownloadSource source(FrameHead head) throws FrameViolation {
    if (head.correlation() <= 0 || head.correlation() > lastReceived) {
      throw new FrameViolation(CloseCode.MALFORMED, "no download has the id " + head.correlation());
    }
    return sources.get(head.correlation());
  }

  private void credit(FrameHead head, byte[] payload) throws FrameViolation {
    int bytes = payload.length == Integer.BYTES ? ByteBuffer.wrap(payload).getInt() : 0;
    if (bytes <= 0) {
      throw new FrameViolation(CloseCode.MALFORMED, "a credit that makes no sense");
    }
    DownloadSource source = source(head);
    if (source != null) {
      source.grant(bytes);
    }
  }

  private void cancel(FrameHead head) throws FrameViolation {
    DownloadSource source = source(head);
    AtomicBoolean abandoned = asked.get(head.correlation());
    if (source != null) {
      source.cancel();
    } else if (abandoned != null) {
      abandoned.set(true);
    }
  }

  /** Any thread: an answer to the call will find nobody. */
  void forget(long id) {
    calls.remove(id);
  }

  /** Any thread: the reader of a download has made room. */
  void grantCredit(PeerStream stream, long id, int bytes) {
    byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
    force(new Outbox.Item(stream, FrameKind.CREDIT, id, payload, null), Outbox.Urgency.NORMAL);
  }

  /** Any thread: nobody reads the download, or waits for the answer, any more. */
  void takeBack(PeerStream stream, long id) {
    force(new Outbox.Item(stream, FrameKind.CANCEL, id, NOTHING, null), Outbox.Urgency.NORMAL);
  }

  /** Any thread: a piece of a download leaves when nothing else wants to. */
  void sendPiece(Outbox.Item piece) {
    var _ = offer(piece, Outbox.Urgency.BULK);
  }

  /** Any thread: a download that the peer asked for is over. */
  void sourceEnded(long id) {
    sources.remove(id);
  }

  @Override
  public void ended(int code, String reason) {
    ended = true;
    List<Outbox.Item> unsent = outbox.close();
    node.roster().ended(this, reason);
    node.giveUp(unsent, "the connection ended before it was sent: " + reason);
    calls.values().forEach(call -> call.connectionLost(reason));
    calls.clear();
    sources.values().forEach(DownloadSource::cancel);
    asked.values().forEach(abandoned -> abandoned.set(true));
    routes.forEach(route -> route.detach(this));
    gone.complete(null);
  }
}
