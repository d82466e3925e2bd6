// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpLimits;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the bodies of all requests of a server may hold together. Thread-safe.
 *
 * <p>Bodies that are read as they arrive have half of it: they may take as long as they like, and
 * slow ones keep nobody from sending others.
 *
 * <p>One request is let in whatever it holds when no other holds anything: its own limits bound it,
 * and a budget that a single request cannot get by would refuse it for ever.
 */
final class BodyBudget {
  /**
   * Bytes of a body that arrives at once and are not counted, so that small requests cost nothing.
   */
  static final int UNCOUNTED = 8 << 10;

  private static final int SHARE_OF_HEAP = 8;

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong streamed = new AtomicLong();

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** Returns the budget that the limits ask for: at least one body. */
  static BodyBudget of(HttpLimits limits) {
    long asked = limits.requestBodyBudget();
    long chosen = asked > 0 ? asked : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    return new BodyBudget(Math.max(limits.maxBodyBytes(), chosen));
  }

  /** Returns how many bytes are held. */
  long held() {
    return held.get();
  }

  /** Refuses a body before it is read when there is no room for what it announces. */
  void requireRoom(long announced) throws RequestRefusedException {
    long now = held.get();
    if (now > 0 && now + announced - UNCOUNTED > limit) {
      throw exhausted();
    }
  }

  /** Counts the window in of a body that is read as it arrives. */
  Share admitStream(long window) throws RequestRefusedException {
    long now = streamed.addAndGet(window);
    if (now > limit / 2 && now != window) {
      streamed.addAndGet(-window);
      throw new RequestRefusedException(
          503,
          "The streamed bodies under way fill the half that they have of the memory that"
              + " requestBodyBudget allows, "
              + limit
              + " bytes: send this request again later");
    }
    try {
      take(window, 0);
    } catch (RequestRefusedException refusal) {
      streamed.addAndGet(-window);
      throw refusal;
    }
    return new Share(this, window, streamed);
  }

  /** Counts bytes in for a request that holds {@code own} already. */
  private void take(long bytes, long own) throws RequestRefusedException {
    long now = held.addAndGet(bytes);
    if (now > limit && now != own + bytes) {
      held.addAndGet(-bytes);
      throw exhausted();
    }
  }

  private RequestRefusedException exhausted() {
    return new RequestRefusedException(
        503,
        "The bodies of the requests under way fill the memory that requestBodyBudget allows, "
            + limit
            + " bytes: send this request again later");
  }

  /** What one request holds. Used by one thread at a time. */
  static final class Share {
    private final BodyBudget budget;
    private final @Nullable AtomicLong streamed;
    private long own;

    Share(BodyBudget budget) {
      this(budget, 0, null);
    }

    private Share(BodyBudget budget, long own, @Nullable AtomicLong streamed) {
      this.budget = budget;
      this.own = own;
      this.streamed = streamed;
    }

    long bytes() {
      return own;
    }

    void grow(long bytes) throws RequestRefusedException {
      budget.take(bytes, own);
      own += bytes;
    }

    void shrink(long bytes) {
      own -= bytes;
      budget.held.addAndGet(-bytes);
      if (streamed != null) {
        streamed.addAndGet(-bytes);
      }
    }

    /** Gives everything back; may be called again. */
    void release() {
      shrink(own);
    }
  }
}
