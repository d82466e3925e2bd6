// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a client proposes: write {@code id} under {@code key}, if {@code expected} is 0 or what is
 * there.
 *
 * @param id unique; also the value written
 * @param padding bytes added, so that logs grow
 */
record Write(long id, int key, long expected, int padding) {

  byte[] encode() {
    byte[] bytes = new byte[24 + padding];
    ByteBuffer.wrap(bytes).putLong(id).putLong(expected).putInt(key).putInt(padding);
    Arrays.fill(bytes, 24, bytes.length, (byte) id);
    return bytes;
  }

  static Write decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long id = in.getLong();
    long expected = in.getLong();
    return new Write(id, in.getInt(), expected, in.getInt());
  }
}
