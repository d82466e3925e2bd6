// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.RepeatedWarnings;
import io.cairn.net.peer.PeerTimings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One connection between two nodes: frames in and out, signs of life, and its end. What the frames
 * mean is the {@link Protocol}'s business, which changes once, after the handshake. Belongs to the
 * event loop, except for what says otherwise.
 */
public final class FrameChannel extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);
  private static final int HANDSHAKE_FRAME = 4096;
  private static final int MAX_REASON = 1024;
  private static final byte[] NOTHING = {};

  /** What frames mean. */
  public interface Protocol {
    /** The channel can be written to. */
    void began(FrameChannel channel);

    /** A frame has arrived. */
    void frame(FrameHead head, byte[] payload) throws FrameViolation;

    /** More may be written now: there is room, or a read is over. */
    void writable();

    /**
     * The channel has ended. Called once.
     *
     * @param code from the last frame of either side; {@link CloseCode#NONE} when it just broke off
     */
    void ended(int code, String reason);
  }

  private final PeerTimings timings;
  private final FrameReader reader;
  private Protocol protocol;
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameWriter writer;
  private @Nullable ScheduledFuture<?> timer;

  private boolean established;

  /**
   * Whether signs of life are exchanged only while something was written and nothing came since.
   */
  private boolean quiet;

  /** When the first of what the other side has given no sign of reading was written. */
  private @Nullable Long unheardSince;

  /** Whether anything was written since the flush that the other side can show to have read. */
  private boolean asked;

  private boolean reading;
  private boolean closing;
  private boolean ended;
  private int endCode;
  private String endReason = "the connection broke off";
  private long lastRead;
  private long lastWrite;
  private long lastTick;

  public FrameChannel(PeerTimings timings, Protocol protocol) {
    this.timings = timings;
    this.protocol = protocol;
    this.reader = new FrameReader(HANDSHAKE_FRAME, this::frame);
  }

  public ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  private FrameWriter writer() {
    if (writer == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return writer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    writer = new FrameWriter(ctx);
    lastRead = now();
    lastWrite = lastRead;
    long nanos = timings.handshakeTimeout().toNanos();
    timer =
        ctx.executor()
            .schedule(
                () -> close(CloseCode.TIMED_OUT, "the handshake took too long"),
                nanos,
                TimeUnit.NANOSECONDS);
    protocol.began(this);
    flushUnlessReading();
  }

  /**
   * Goes on on another event loop, while nothing is under way in either direction.
   *
   * @param then runs first there
   */
  public void moveTo(EventLoop loop, Runnable then) {
    stopTimer();
    Channel channel = context().channel();
    channel
        .deregister()
        .addListener(
            left ->
                loop.register(channel)
                    .addListener(
                        arrived -> {
                          if (arrived.isSuccess()) {
                            then.run();
                          } else {
                            LOG.debug("The event loop has ended", arrived.cause());
                            channel.unsafe().closeForcibly();
                          }
                        }));
  }

  /**
   * Changes from the handshake to what it was for, with larger frames.
   *
   * @param whenQuiet whether signs of life are exchanged too when neither side has anything to say
   */
  public void establish(Protocol next, int maxFrameBytes, boolean whenQuiet) {
    established = true;
    protocol = next;
    reader.limit(maxFrameBytes);
    stopTimer();
    lastTick = now();
    quiet = !whenQuiet;
    if (quiet) {
      return;
    }
    long nanos = timings.pingInterval().toNanos() / 2;
    timer =
        context().executor().scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Looks for signs of life and gives one. */
  private void tick() {
    long now = now();
    long interval = timings.pingInterval().toNanos();
    // This process may have been paused: then what the peer sent meanwhile is still to be read.
    boolean late = now - lastTick > interval;
    lastTick = now;
    if (!late && now - lastRead > timings.deadAfter().toNanos()) {
      unheard();
    } else if (now - lastWrite >= interval && context().channel().isWritable() && !closing) {
      ping();
    }
  }

  /** Any thread: asks for a sign of life now. */
  public void probe() {
    execute(
        () -> {
          if (established) {
            ping();
          }
        });
  }

  /** Something was written: in time, the other side shall give a sign of having read it. */
  private void awaitSign() {
    if (unheardSince == null) {
      unheardSince = lastWrite;
    }
    if (timer == null && !closing) {
      lastTick = lastWrite;
      timer =
          context()
              .executor()
              .schedule(this::look, timings.pingInterval().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Gives up a peer that has shown no sign of life since something was written; asks for one. */
  private void look() {
    timer = null;
    Long since = unheardSince;
    if (since == null) {
      return; // It has read what was written, and nothing was since.
    }
    long now = now();
    boolean late = now - lastTick > 2 * timings.pingInterval().toNanos();
    if (!late && now - since > timings.deadAfter().toNanos()) {
      unheard();
    } else {
      ping();
    }
  }

  private void ping() {
    write(FrameHead.ofConnection(FrameKind.PING, 0), NOTHING);
    flush();
  }

  private void unheard() {
    endReason = "nothing was heard of the peer for " + timings.deadAfter().toMillis() + " ms";
    endCode = CloseCode.TIMED_OUT;
    var _ = context().close();
  }

  private long now() {
    return context().channel().eventLoop().ticker().nanoTime();
  }

  /** Whether the socket takes more. */
  public boolean isWritable() {
    return !closing && context().channel().isWritable();
  }

  /** Writes a frame; it leaves with the next flush. */
  public void write(FrameHead head, byte[] payload) {
    write(head, payload, payload.length);
  }

  /** As the other form, with a payload that fills only the beginning of its array. */
  public void write(FrameHead head, byte[] payload, int length) {
    if (!closing) {
      asked = true;
      writer().frame(head, payload, length);
    }
  }

  /** Flushes now, or at the end of the read that goes on. */
  public void flushUnlessReading() {
    if (!reading) {
      flush();
    }
  }

  /** Lets out what was written, also while a read goes on. */
  public void flush() {
    if (writer().hasUnflushed()) {
      lastWrite = now();
      writer().flush();
      if (quiet && asked) {
        asked = false;
        awaitSign();
      }
    }
  }

  /** Any thread: whether the calling one is the event loop. */
  public boolean isOnLoop() {
    return context().executor().inEventLoop();
  }

  /** Any thread: runs it on the event loop, if that has not ended, and with it this. */
  public void execute(Runnable task) {
    try {
      context().executor().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The event loop has ended", e);
    }
  }

  /** Any thread: says why, and closes after what was written. */
  public void closeSoon(int code, String reason) {
    execute(() -> close(code, reason));
  }

  /** Says why, and closes after what was written. */
  public void close(int code, String reason) {
    if (closing || ended) {
      return;
    }
    closing = true;
    endCode = code;
    endReason = reason;
    reader.stop();
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_REASON);
    writer().frame(FrameHead.ofConnection(FrameKind.CLOSE, code), text, length);
    writer().flush();
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    // A peer that does not read must not keep it open.
    var _ =
        ctx.executor()
            .schedule(
                () -> {
                  var _ = ctx.close();
                },
                timings.deadAfter().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
      return;
    }
    reading = true;
    lastRead = now();
    unheardSince = null;
    try {
      reader.read(in);
    } catch (FrameViolation violation) {
      // Strangers can make this happen as often as they like.
      LOG.atLevel(established ? Level.WARN : Level.DEBUG)
          .log(
              "Closing the connection of {}: {}",
              ctx.channel().remoteAddress(),
              violation.getMessage());
      close(violation.code(), String.valueOf(violation.getMessage()));
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    protocol.writable();
    flushUnlessReading();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      protocol.writable();
      flushUnlessReading();
    }
  }

  private void frame(FrameHead head, byte[] payload) throws FrameViolation {
    if (head.kind() == FrameKind.CLOSE) {
      closed((int) head.correlation(), new String(payload, StandardCharsets.UTF_8));
    } else if (established && head.kind() == FrameKind.PING) {
      if (context().channel().isWritable()) {
        writer().frame(FrameHead.ofConnection(FrameKind.PONG, 0), NOTHING, 0);
      }
    } else if (!established || head.kind() != FrameKind.PONG) { // That a pong came is all it says.
      protocol.frame(head, payload);
    }
  }

  private void closed(int code, String reason) {
    if (!closing) {
      endCode = code;
      endReason = RepeatedWarnings.printable(reason);
    }
    reader.stop();
    var _ = context().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
    writer().release();
  }

  private void end() {
    if (!ended) {
      ended = true;
      closing = true;
      stopTimer();
      protocol.ended(endCode, endReason);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      LOG.debug("Connection with {} failed", ctx.channel().remoteAddress(), cause);
    } else {
      LOG.warn(
          "Closing the connection with {}: {}",
          ctx.channel().remoteAddress(),
          String.valueOf(cause));
      LOG.debug("Why it is closed", cause);
    }
    if (!closing) {
      endReason = "the connection broke off: " + cause.getMessage();
    }
    var _ = ctx.close();
  }
}
