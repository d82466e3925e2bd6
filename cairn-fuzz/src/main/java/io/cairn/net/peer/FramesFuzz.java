// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static io.cairn.fuzz.Findings.check;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames of peers mean the same in whatever pieces they arrive, and nonsense ends the connection. */
public final class FramesFuzz {
  private static final int LIMIT = 1 << 16;
  private static final int LONGEST_PIECE = 16;

  private FramesFuzz() {}

  /** Tries one input: the bytes of a connection, after one that says whether its frames are masked. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    boolean masked = (data[0] & 1) == 1;
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    int piece = 1 + Math.floorMod(Arrays.hashCode(data), LONGEST_PIECE);
    List<String> whole = read(bytes, masked, Math.max(1, bytes.length));
    List<String> pieces = read(bytes, masked, piece);
    check(whole.equals(pieces), () -> whole + " at once, but in pieces of " + piece + ": " + pieces);
  }

  private static List<String> read(byte[] bytes, boolean masked, int piece) {
    Transcript read = new Transcript();
    WebSocketReader reader = new WebSocketReader(masked, LIMIT, read);
    try {
      for (int from = 0; from < bytes.length; from += piece) {
        reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
      }
    } catch (WebSocketViolation violation) {
      read.events.add("violation: " + violation.getMessage());
    }
    return read.events;
  }

  /** What was read, and what becomes of it where that is decided by the bytes alone. */
  private static final class Transcript implements WebSocketReader.Sink {
    private final List<String> events = new ArrayList<>();

    @Override
    public void frame(FrameHead head, byte[] payload) throws WebSocketViolation {
      events.add(head + " " + Arrays.toString(payload));
      switch (head.kind()) {
        case HANDSHAKE -> {
          Hello hello = Hello.decode(payload);
          byte[] again = hello.encode(Hello.nonce(payload));
          check(Hello.decode(again).equals(hello), () -> hello + " changes on its way");
        }
        case FAILURE -> events.add(Failures.decode("a request", payload).getMessage());
        default -> relayed(payload);
      }
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

    @Override
    public void ping(byte[] payload) {
      events.add("ping " + Arrays.toString(payload));
    }

    @Override
    public void closed(int code, String reason) {
      events.add("closed " + code + " " + reason);
    }
  }
}
