// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels over a third node.
 *
 * @param step how far it is
 * @param millis how long an answer may take
 * @param stream what it is part of
 * @param names for {@link Step#PASS} the address that it is for; for {@link Step#DELIVER} the id, launch
 *     and address of the node that it is from
 * @param payload what the one sends and the other gets
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RelayFrame(Step step, int millis, PeerStream stream, List<String> names, byte[] payload) {

  /** How far a frame is on its way. */
  enum Step {
    /** Have you a connection with that node? */
    PROBE(0, 1),
    /** Hand this on to that node. */
    PASS(1, 1),
    /** That node has this for you. */
    DELIVER(2, 3);

    private final int code;
    private final int names;

    Step(int code, int names) {
      this.code = code;
      this.names = names;
    }

    private static @Nullable Step of(int code) {
      return Arrays.stream(values()).filter(step -> step.code == code).findFirst().orElse(null);
    }
  }

  byte[] encode() {
    List<byte[]> texts =
        names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
    int head = 2 + Integer.BYTES + texts.stream().mapToInt(text -> 2 + text.length).sum();
    ByteBuffer out = ByteBuffer.allocate(head + payload.length);
    out.put((byte) step.code).put(stream.code()).putInt(millis);
    texts.forEach(text -> out.putShort((short) text.length).put(text));
    return out.put(payload).array();
  }

  /**
   * Reads what a node has sent that may be of another make.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static RelayFrame decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Step step = Step.of(in.get());
      PeerStream stream = PeerStream.of(in.get());
      if (step == null || stream == null || stream.isRelay()) {
        throw new IllegalArgumentException("a relayed frame that makes no sense");
      }
      int millis = in.getInt();
      String[] names = new String[step.names];
      for (int i = 0; i < names.length; i++) {
        byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(text);
        names[i] = new String(text, StandardCharsets.UTF_8);
      }
      byte[] payload = new byte[in.remaining()];
      in.get(payload);
      return new RelayFrame(step, millis, stream, List.of(names), payload);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a relayed frame that is cut short", e);
    }
  }
}
