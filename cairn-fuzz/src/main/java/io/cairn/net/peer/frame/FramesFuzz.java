// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import static io.cairn.fuzz.Findings.check;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames of peers mean the same in whatever pieces they arrive, and nonsense ends the connection.
 */
public final class FramesFuzz {
  private static final int LIMIT = 1 << 16;
  private static final int LONGEST_PIECE = 16;

  private FramesFuzz() {}

  /** Tries one input: the bytes of a connection. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    int piece = 1 + Math.floorMod(Arrays.hashCode(bytes), LONGEST_PIECE);
    List<String> whole = read(bytes, Math.max(1, bytes.length));
    List<String> pieces = read(bytes, piece);
    check(
        whole.equals(pieces), () -> whole + " at once, but in pieces of " + piece + ": " + pieces);
  }

  private static List<String> read(byte[] bytes, int piece) {
    Transcript read = new Transcript();
    FrameReader reader = new FrameReader(LIMIT, read);
    try {
      for (int from = 0; from < bytes.length; from += piece) {
        reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
      }
    } catch (FrameViolation violation) {
      read.events.add("violation: " + violation.getMessage());
    }
    return read.events;
  }

  /** What was read, and what becomes of it where that is decided by the bytes alone. */
  private static final class Transcript implements FrameReader.Sink {
    private final List<String> events = new ArrayList<>();
    private final Assembly assembly = new Assembly(LIMIT);
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    @Override
    public void frame(FrameHead head, byte[] payload) throws FrameViolation {
      events.add(head + " " + Arrays.toString(payload));
      switch (head.kind()) {
        case HANDSHAKE -> {
          Hello hello = Hello.decode(payload);
          byte[] again = hello.encode(Hello.nonce(payload));
          check(Hello.decode(again).equals(hello), () -> hello + " changes on its way");
        }
        case PART -> {
          assembly.part(head.correlation(), payload);
          parts.writeBytes(payload);
        }
        case LAST -> last(payload);
        case FAILURE -> events.add(FailurePayload.decode("a request", payload).getMessage());
        default -> relayed(payload);
      }
    }

    /** A frame that came in pieces is what they say, one behind the other. */
    private void last(byte[] payload) throws FrameViolation {
      byte[] whole = assembly.last(payload);
      if (whole == null) {
        events.add("taken back");
      } else {
        parts.write(payload, 1, payload.length - 1);
        check(
            Arrays.equals(whole, parts.toByteArray()),
            () -> Arrays.toString(whole) + " is not what its pieces said");
        events.add("whole " + Arrays.toString(whole));
        relayed(whole);
      }
      parts.reset();
    }

    private void relayed(byte[] payload) {
      RelayFrame frame;
      try {
        frame = RelayFrame.decode(payload);
      } catch (IllegalArgumentException refused) {
        return;
      }
      RelayFrame again = RelayFrame.decode(frame.encode());
      check(
          again.names().equals(frame.names()) && Arrays.equals(again.payload(), frame.payload()),
          () -> frame + " changes on its way");
    }
  }
}
