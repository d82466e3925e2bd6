// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpProtocol;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether a client that sends no more still reads. That shows only when something is sent
 * to it: an interim answer, which clients skip (RFC 9110, section 15.2). One that has gone resets
 * the connection, and the next probe finds it so. Belongs to the event loop.
 */
record OutputProbe(ChannelHandlerContext ctx, Http1Writer writer, Http1Queue waiting) {
  private static final long PAUSE_MILLIS = 500;

  /** Asks again and again, as long as an answer is awaited that is not an event stream. */
  void askLater() {
    var _ = ctx.executor().schedule(this::ask, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    Http1Exchange first = waiting.first();
    if (first != null
        && first.stream == null
        && first.protocol() == HttpProtocol.HTTP_1_1
        && ctx.channel().isActive()) {
      writer.writeContinue();
      writer.flush();
      askLater();
    }
  }
}
