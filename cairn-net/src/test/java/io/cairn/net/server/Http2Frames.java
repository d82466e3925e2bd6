// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2 as bytes, for clients that do not behave. */
final class Http2Frames {
  private static final byte HEADERS = 1;
  private static final byte RST_STREAM = 3;
  private static final byte SETTINGS = 4;
  private static final byte END_OF_STREAM_AND_HEADERS = 5;
  private static final int CANCEL = 8;

  /** What a connection begins with: the preface and empty settings. */
  static final byte[] PREFACE =
      bytes(
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
          frame(SETTINGS, 0, 0, new byte[0]));

  private Http2Frames() {}

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  static byte[] get(int stream, String path) {
    byte[] name = path.getBytes(StandardCharsets.US_ASCII);
    byte[] head = {(byte) 0x82, (byte) 0x86, 4, (byte) name.length};
    return frame(
        HEADERS, END_OF_STREAM_AND_HEADERS, stream, bytes(head, name, new byte[] {1, 1, 'x'}));
  }

  static byte[] reset(int stream) {
    return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
  }

  static byte[] bytes(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
