// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpResponse;
import io.cairn.net.WriteBatch;
import io.cairn.net.server.stream.AnswerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outgoing half of an HTTP/1 connection: answers are gathered in one buffer until the flush, so
 * that pipelined requests cost one write to the socket. Belongs to the connection's event loop.
 */
final class Http1Writer {
  private static final Logger LOG = LoggerFactory.getLogger(Http1Writer.class);
  private static final int BATCH = 16 << 10;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ChannelHandlerContext ctx;
  private final Http1ResponseEncoder encoder;
  private final WriteBatch batch;
  private boolean flushScheduled;

  Http1Writer(ChannelHandlerContext ctx, ServerContext server) {
    this.ctx = ctx;
    this.batch = new WriteBatch(ctx, 4096);
    this.encoder = new Http1ResponseEncoder(server);
  }

  /**
   * Writes a whole answer; nothing leaves before {@link #flush()}.
   *
   * @param sent what to do when a large answer has left or is lost, or any other is written
   */
  void write(
      HttpResponse response,
      boolean headOnly,
      Http1ResponseEncoder.Persistence end,
      @Nullable Runnable sent) {
    byte[] body = response.body();
    int bodyLength = headOnly || response.forbidsBody() ? 0 : body.length;
    int headLength = encoder.headSize(response);
    boolean inBatch = bodyLength <= BATCH;
    ByteBuf out = batch.reserve(headLength + (inBatch ? bodyLength : 0));
    encoder.encodeHead(out, response, end);
    if (inBatch) {
      out.writeBytes(body, 0, bodyLength);
      if (sent != null) {
        sent.run();
      }
    } else {
      batch.passOn();
      ChannelPromise promise =
          sent == null ? ctx.voidPromise() : ctx.newPromise().addListener(done -> sent.run());
      var _ = ctx.write(Unpooled.wrappedBuffer(body), promise);
    }
  }

  void writeContinue() {
    batch.reserve(CONTINUE.length).writeBytes(CONTINUE);
  }

  void writeStreamHead(
      HttpResponse response, boolean chunked, Http1ResponseEncoder.Persistence end) {
    ByteBuf out = batch.reserve(encoder.headSize(response));
    encoder.encodeStreamHead(out, response, chunked, end);
    flush();
  }

  /** Returns what sends the pieces of an answer whose length is not known. */
  AnswerStream.Sink sink(boolean chunked, Runnable finish) {
    return new AnswerStream.Sink() {
      @Override
      public void write(byte[] piece, Runnable written) {
        writePiece(piece, chunked, ctx.newPromise().addListener(done -> written.run()));
      }

      @Override
      public void finish() {
        finish.run();
      }

      @Override
      public void abort() {
        var _ = ctx.close();
      }
    };
  }

  private void writePiece(byte[] piece, boolean chunked, ChannelPromise promise) {
    batch.passOn();
    ByteBuf out = ctx.alloc().directBuffer(piece.length + 16);
    if (chunked) {
      ByteBufUtil.writeAscii(out, Integer.toHexString(piece.length));
      out.writeShort(('\r' << 8) | '\n').writeBytes(piece).writeShort(('\r' << 8) | '\n');
    } else {
      out.writeBytes(piece);
    }
    var _ = ctx.writeAndFlush(out, promise);
  }

  /**
   * Ends an answer whose length is not known.
   *
   * @param sent what to do when all of it has left or is lost
   */
  void endStream(boolean chunked, Runnable sent) {
    if (chunked) {
      batch.reserve(LAST_CHUNK.length).writeBytes(LAST_CHUNK);
    }
    batch.passOn();
    var _ =
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER, ctx.newPromise().addListener(done -> sent.run()));
  }

  boolean hasUnflushed() {
    return batch.hasUnflushed();
  }

  void flush() {
    batch.flush();
  }

  /**
   * Flushes what is unflushed, if anything: now, or once for all answers that are under way.
   *
   * @param moreWait whether further answers are under way
   */
  void flushSoon(boolean moreWait) {
    if (!moreWait) {
      flushUnflushed();
    } else if (hasUnflushed() && !flushScheduled) {
      flushScheduled = true;
      try {
        ctx.executor().execute(this::flushScheduled);
      } catch (RejectedExecutionException e) {
        LOG.debug("The server is closed", e);
      }
    }
  }

  private void flushScheduled() {
    flushScheduled = false;
    flushUnflushed();
  }

  private void flushUnflushed() {
    if (hasUnflushed()) {
      flush();
    }
  }

  /** Closes after everything that was written has left. */
  void flushAndClose() {
    batch.passOn();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * Ends our side only, so that a client that is still sending can read the answer: closing with
   * unread bytes would reset the connection and might destroy what it has not read yet.
   *
   * @return whether the other side is still open
   */
  boolean flushAndEndOutput() {
    boolean encrypted = ctx.pipeline().get(SslHandler.class) != null;
    if (encrypted || !(ctx.channel() instanceof DuplexChannel duplex)) {
      flushAndClose(); // Encrypted: the closing alert says the same.
      return false;
    }
    batch.passOn();
    ChannelFutureListener endOutput =
        done -> {
          var _ = duplex.shutdownOutput();
        };
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(endOutput);
    return true;
  }

  void release() {
    batch.release();
  }
}
