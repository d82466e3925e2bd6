// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.peer.PeerStream;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels over a third node.
 *
 * @param step how far it is
 * @param millis how long an answer may take
 * @param stream what it is part of
 * @param names for {@link Step#PASS} the address that it is for; for {@link Step#DELIVER} the id,
 *     launch and address of the node that it is from
 * @param payload what the one sends and the other gets
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RelayFrame(
    Step step, int millis, PeerStream stream, List<String> names, byte[] payload) {
  private static final int VERSION = 1;

  /** The longest id or address, in bytes. */
  private static final int MAX_NAME = 1 << 16;

  /** How far a frame is on its way. */
  public enum Step {
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

  public byte[] encode() {
    WireWriter out = new WireWriter().u8(VERSION).u8(step.code).u8(stream.code()).number(millis);
    names.forEach(out::text);
    return out.raw(payload).take();
  }

  /**
   * Reads what a node has sent that may be of another make.
   *
   * @throws MalformedException if it makes no sense
   */
  public static RelayFrame decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    Step step = Step.of(in.u8());
    PeerStream stream = PeerStream.of((byte) in.u8());
    if (step == null || stream == null || stream.isRelay()) {
      throw new MalformedException("a relayed frame has an unknown step or stream");
    }
    int millis = in.number(Integer.MAX_VALUE);
    String[] names = new String[step.names];
    for (int i = 0; i < names.length; i++) {
      names[i] = in.text(MAX_NAME);
    }
    return new RelayFrame(step, millis, stream, List.of(names), in.rest());
  }
}
