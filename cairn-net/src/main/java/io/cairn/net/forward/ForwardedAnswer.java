// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a forwarded request: {@code [version 1][status]}, {@link ForwardedFields}, and the
 * body up to the end. A status of 0 says that the node does not own the target, and did nothing.
 * Read once, in this order. Not thread-safe.
 */
public final class ForwardedAnswer {
  private static final int VERSION = 3;
  private static final int MOVED = 0;
  private static final int MOST = 999;

  private final WireReader in;
  private final KnownTexts known;
  private final int status;

  private ForwardedAnswer(WireReader in, KnownTexts known) {
    this.in = in;
    this.known = known;
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    this.status = in.number(MOST);
  }

  /** Returns the answer of a node that does not own the target. */
  public static byte[] moved() {
    WireWriter out = new WireWriter(2).u8(VERSION).number(MOVED);
    return out.take();
  }

  /**
   * Begins to write an answer.
   *
   * @param status 1 to 999
   */
  public static WireWriter begin(WireWriter out, int status) {
    if (status <= MOVED || status > MOST) {
      throw new IllegalArgumentException("there is no status " + status);
    }
    return out.u8(VERSION).number(status);
  }

  /**
   * Reads the head of an answer.
   *
   * @return null if the node does not own the target, and did nothing
   * @throws MalformedException if it was not written by a node of this version
   */
  public static @Nullable ForwardedAnswer read(byte[] payload, KnownTexts known) {
    WireReader in = new WireReader(payload);
    ForwardedAnswer answer = new ForwardedAnswer(in, known);
    if (answer.status != MOVED) {
      return answer;
    }
    in.requireEnd();
    return null;
  }

  /** Returns the status. */
  public int status() {
    return status;
  }

  /** Reads the fields; once. */
  public void fields(ForwardedFields.Sink to) {
    ForwardedFields.read(in, known, to);
  }

  /** Reads the body, after the fields; empty if it has none. */
  public byte[] body() {
    return in.rest();
  }
}
