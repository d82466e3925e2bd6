// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpRequest;
import io.cairn.net.server.BodyBudget.Share;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a body. It grows with what has arrived, not with what was announced, so that announcing
 * costs a client as much as it costs us. What it grows by is counted in a budget, if there is one.
 */
final class BodyBuffer {
  private static final int FIRST = 8 << 10;

  private final int limit;
  private final int uncounted;
  private final @Nullable BodyBudget budget;
  private @Nullable Share share;
  private byte[] bytes = HttpRequest.NO_BODY;
  private int size;

  private BodyBuffer(int limit, int uncounted, @Nullable BodyBudget budget, @Nullable Share share) {
    this.limit = limit;
    this.uncounted = uncounted;
    this.budget = budget;
    this.share = share;
  }

  /** A buffer of which the first {@code uncounted} bytes are not counted. */
  BodyBuffer(int limit, int uncounted, BodyBudget budget) {
    this(limit, uncounted, budget, null);
  }

  /** A buffer that counts for a request which has other bytes too. */
  BodyBuffer(int limit, Share share) {
    this(limit, 0, null, share);
  }

  int size() {
    return size;
  }

  void append(byte[] source, int from, int length) throws RequestRefusedException {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  void append(ByteBuf source, int length) throws RequestRefusedException {
    reserve(length);
    source.readBytes(bytes, size, length);
    size += length;
  }

  private void reserve(int length) throws RequestRefusedException {
    if (length > limit - size) {
      throw RequestRefusedException.bodyTooLarge(limit);
    }
    if (length > bytes.length - size) {
      long doubled = Math.max(FIRST, 2L * bytes.length);
      int capacity = (int) Math.min(limit, Math.max(doubled, (long) size + length));
      count(capacity);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  private void count(int capacity) throws RequestRefusedException {
    int more = counted(capacity) - counted(bytes.length);
    if (more > 0) {
      if (share == null && budget != null) {
        share = new Share(budget);
      }
      if (share != null) {
        share.grow(more);
      }
    }
  }

  private int counted(int length) {
    return Math.max(0, length - uncounted);
  }

  /** Returns the body and forgets it. It stays counted: see {@link #takeShare()}. */
  byte[] take() {
    byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    if (share != null) {
      share.shrink(counted(bytes.length) - counted(size));
    }
    bytes = HttpRequest.NO_BODY;
    size = 0;
    return whole;
  }

  /** Returns what the body counts for, which the caller then has to give back; null if nothing. */
  @Nullable Share takeShare() {
    Share taken = share;
    share = null;
    return taken;
  }

  /** Drops what has arrived, and gives back what it counts for. */
  void discard() {
    bytes = HttpRequest.NO_BODY;
    size = 0;
    if (share != null) {
      share.release();
    }
  }
}
