// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;

/** Reads frames of a client, which masks them, and tells how much of the next one has come. */
final class WebSocketFrames extends WebSocket13FrameDecoder {
  private final WebSocketChannel socket;
  private boolean broken;

  WebSocketFrames(WebSocketChannel socket, int maxFrameBytes) {
    super(
        WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .closeOnProtocolViolation(false) // the socket says goodbye, and waits for the client's
            .withUTF8Validator(false) // texts are read when they are whole
            .maxFramePayloadLength(maxFrameBytes)
            .build());
    this.socket = socket;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) throws Exception {
    if (broken) {
      ReferenceCountUtil.release(read);
      return;
    }
    try {
      super.channelRead(ctx, read);
    } catch (CorruptedWebSocketFrameException e) {
      broken = true;
      throw e;
    }
    socket.heard(socket.isEnding() ? 0 : actualReadableBytes());
  }
}
