// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.socket;

import io.cairn.net.EventStream;
import io.cairn.net.HttpLimits;
import io.cairn.net.WebSocket;
import io.cairn.net.server.stream.ServerEventStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a WebSocket: gathers texts from frames, answers pings, sends some itself, and
 * keeps what the connection holds within bounds. What is not said to be for any thread belongs to
 * the event loop.
 */
public final class WebSocketChannel extends ChannelInboundHandlerAdapter implements WebSocket {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketChannel.class);

  /** The largest message that a client may send, unless bodies may be smaller still. */
  static final int MOST_MESSAGE_BYTES = 1 << 20;

  private static final int MOST_FRAGMENTS = 1024;

  /** What an outgoing message costs beside its bytes. */
  private static final int MESSAGE_COST = 256;

  /** Incoming bytes that are not counted, so that small messages cost nothing. */
  private static final int UNCOUNTED = 8 << 10;

  private static final int LONGEST_REASON = 123;
  private static final int SILENT_PINGS = 3;
  private static final long LINGER_SECONDS = 2;

  private final Channel channel;
  private final HttpLimits limits;
  private final Memory memory;
  private final List<X509Certificate> certificates;
  private final AtomicInteger unread = new AtomicInteger();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream(0);

  /** When something left for the client, or began to wait alone. Any thread. */
  private volatile long readAt;

  private @Nullable Listener listener;
  private @Nullable Future<?> ticks;
  private int fragments;
  private int partialFrame;
  private int underWay;
  private int underWayBytes;
  private int counted;
  private long heardAt;
  private long spokenAt;
  private long begunAt;

  /**
   * The memory that is shared with others.
   *
   * @param incoming counts what has come and is not dealt with
   * @param outgoing counts what the client has not read
   */
  public record Memory(ServerEventStream.Room incoming, ServerEventStream.Room outgoing) {}

  /** Prepares a connection whose handshake is done. */
  public WebSocketChannel(
      Channel channel, HttpLimits limits, Memory memory, List<X509Certificate> certificates) {
    this.channel = channel;
    this.limits = limits;
    this.memory = memory;
    this.certificates = certificates;
  }

  /** Appends its handlers, which read what comes from now on. */
  public void install(ChannelPipeline pipeline, Function<WebSocket, Listener> opened) {
    heardAt = now();
    spokenAt = heardAt;
    listener = opened.apply(this);
    pipeline.addLast(
        new WebSocket13FrameEncoder(false), new WebSocketFrames(this, largestMessage()), this);
    long ping = limits.eventStreamPing().toNanos();
    ticks =
        channel.eventLoop().scheduleWithFixedDelay(this::tick, ping, ping, TimeUnit.NANOSECONDS);
  }

  private int largestMessage() {
    return Math.min(MOST_MESSAGE_BYTES, limits.maxBodyBytes());
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return certificates;
  }

  // ---- what is sent

  @Override
  public EventStream.Delivery send(String text) {
    if (ending.get()) {
      return EventStream.Delivery.CLOSED;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int cost = bytes.length + MESSAGE_COST;
    int waiting = unread.addAndGet(cost);
    boolean fits = waiting <= limits.eventStreamBufferBytes() || waiting == cost;
    if (!fits || !memory.outgoing.change(cost)) {
      unread.addAndGet(-cost);
      return EventStream.Delivery.OVERFLOW;
    }
    if (waiting == cost) {
      readAt = now();
    }
    channel
        .writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(bytes)))
        .addListener(done -> left(cost));
    return EventStream.Delivery.QUEUED;
  }

  private void left(int cost) {
    readAt = now();
    unread.addAndGet(-cost);
    memory.outgoing.change(-cost);
  }

  @Override
  public void close(int code, String reason) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.eventLoop().execute(() -> sayGoodbye(code, reason));
    } catch (RejectedExecutionException e) {
      LOG.debug("The server is closed", e);
    }
  }

  private void sayGoodbye(int code, String reason) {
    LOG.debug("The WebSocket of {} ends: {} {}", channel.remoteAddress(), code, reason);
    release();
    channel.config().setAutoRead(true); // the client's own goodbye
    var _ = channel.writeAndFlush(new CloseWebSocketFrame(code, cut(reason)));
    var _ = channel.eventLoop().schedule(this::closeChannel, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private void closeChannel() {
    var _ = channel.close();
  }

  /** Reasons are ours, apart from what they quote of the client's. */
  private static String cut(String reason) {
    String text = reason;
    while (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_REASON) {
      text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }
    return text;
  }

  // ---- what comes

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    try {
      if (read instanceof CloseWebSocketFrame close) {
        closedByClient(close);
      } else if (read instanceof WebSocketFrame frame && !ending.get()) {
        take(frame);
      }
    } finally {
      ReferenceCountUtil.release(read);
    }
  }

  private void take(WebSocketFrame frame) {
    switch (frame) {
      case PingWebSocketFrame ping -> {
        if (channel.isWritable()) { // a later one is answered for it
          var _ = channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
        }
      }
      case TextWebSocketFrame text -> append(text);
      case ContinuationWebSocketFrame more -> append(more);
      case PongWebSocketFrame _ -> LOG.trace("{} is there", channel.remoteAddress());
      default -> close(NOT_UNDERSTOOD, "Only texts are understood");
    }
  }

  private void append(WebSocketFrame frame) {
    ByteBuf content = frame.content();
    int length = content.readableBytes();
    fragments++;
    if (message.size() + length > largestMessage()) {
      close(TOO_LARGE, "A message has at most %d bytes".formatted(largestMessage()));
      return;
    }
    if (fragments > MOST_FRAGMENTS) {
      close(POLICY, "A message has at most %d frames".formatted(MOST_FRAGMENTS));
      return;
    }
    byte[] bytes = new byte[length];
    content.readBytes(bytes);
    message.writeBytes(bytes);
    if (frame.isFinalFragment()) {
      byte[] whole = message.toByteArray();
      message.reset();
      fragments = 0;
      deliver(whole);
    }
  }

  private void deliver(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      close(NO_UTF_8, "The text is not in UTF-8");
      return;
    }
    spokenAt = heardAt;
    underWay++;
    underWayBytes += bytes.length;
    AtomicBoolean once = new AtomicBoolean();
    listener()
        .text(
            text,
            () -> {
              if (once.compareAndSet(false, true)) {
                dealtWith(bytes.length);
              }
            });
  }

  private Listener listener() {
    if (listener == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return listener;
  }

  private void dealtWith(int bytes) {
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                underWay--;
                underWayBytes -= bytes;
                settle();
              });
    } catch (RejectedExecutionException e) {
      LOG.debug("The server is closed", e);
    }
  }

  /** Bytes have come, of which so many belong to a frame that is not whole. */
  void heard(int unfinished) {
    heardAt = now();
    partialFrame = unfinished;
    settle();
  }

  boolean isEnding() {
    return ending.get();
  }

  /** Counts what is held, and reads on or not. */
  private void settle() {
    if (ending.get()) {
      return;
    }
    boolean arriving = isArriving();
    begunAt = arriving ? (begunAt == 0 ? heardAt : begunAt) : 0;
    int held = Math.max(0, partialFrame + message.size() + underWayBytes - UNCOUNTED);
    if (held != counted && memory.incoming.change(held - counted)) {
      counted = held;
    }
    if (counted < held) {
      close(TRY_AGAIN_LATER, "Too much is sent to this server at once");
      return;
    }
    channel.config().setAutoRead(!isBusy());
  }

  private boolean isArriving() {
    return partialFrame > 0 || fragments > 0;
  }

  private boolean isBusy() {
    return underWay >= limits.maxPipelinedRequests();
  }

  private void closedByClient(CloseWebSocketFrame close) {
    boolean first = ending.compareAndSet(false, true);
    if (first) {
      release();
      int code = close.statusCode();
      var _ = channel.writeAndFlush(new CloseWebSocketFrame(code < 0 ? NORMAL : code, ""));
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> closeChannel());
    // One that does not read does not keep its connection either.
    var _ = channel.eventLoop().schedule(this::closeChannel, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  /** What has come in part is of no use any more. */
  private void release() {
    message.reset();
    fragments = 0;
    partialFrame = 0;
    memory.incoming.change(-counted);
    counted = 0;
  }

  private void tick() {
    long now = now();
    if (ending.get()) {
      return;
    }
    if (unread.get() > 0 && now - readAt > limits.bodyIdleTimeout().toNanos()) {
      close(TRY_AGAIN_LATER, "The client does not read what is sent to it");
      return;
    }
    if (isBusy()) {
      return; // it is not read from, so that nothing is heard
    }
    long silent = now - heardAt;
    long ping = limits.eventStreamPing().toNanos();
    if (isArriving()
        && (silent > limits.bodyIdleTimeout().toNanos()
            || now - begunAt > limits.bodyTimeout().toNanos())) {
      close(POLICY, "The rest of a message did not come in time");
    } else if (silent > SILENT_PINGS * ping) {
      close(NO_SIGN_OF_LIFE, "The client answers no pings");
    } else if (now - spokenAt > limits.keepAliveTimeout().toNanos() && !listener().isInUse()) {
      close(NORMAL, "Nothing is asked of this connection");
    } else if (channel.isWritable()) {
      var _ = channel.writeAndFlush(new PingWebSocketFrame());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ending.set(true);
    if (ticks != null) {
      ticks.cancel(false);
      ticks = null;
      listener().closed();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      close(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
    } else {
      LOG.debug("The WebSocket of {} failed", channel.remoteAddress(), cause);
      ending.set(true);
      var _ = ctx.close();
    }
  }
}
