// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a client has stopped doing its part. Phases change with every request, so changing
 * one costs a store; only a deadline earlier than the timer's reschedules it. Belongs to the event
 * loop.
 */
final class ConnectionWatch implements Runnable {

  /** What the connection waits for. */
  enum Phase {
    /** The client's next request. */
    QUIET,
    /** The rest of a request's head. */
    HEAD,
    /** The rest of a request's body. */
    BODY,
    /** The rest of a body that is read as it arrives, however long that takes. */
    STREAM,
    /** Our own answers, and the client to read them. */
    ANSWERING,
    /** The end of what a refused client still sends. */
    LINGERING
  }

  /** What happens when time is up. */
  interface Listener {
    /** The client has sent part of a request and no more. */
    void requestTimedOut();

    /** The client sends nothing, or does not read. */
    void clientIdle();
  }

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Channel channel;
  private final HttpLimits limits;
  private final Listener listener;

  private Phase phase = Phase.QUIET;
  private long since;
  private long lastProgress;
  private long firesAt;
  private @Nullable ScheduledFuture<?> timer;
  private long seenUnsent;
  private long seenProgress;

  ConnectionWatch(Channel channel, HttpLimits limits, Listener listener) {
    this.channel = channel;
    this.limits = limits;
    this.listener = listener;
  }

  void start() {
    since = now();
    lastProgress = since;
    schedule(deadline());
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** Says in which phase the connection is; called after each read. */
  void enter(Phase next) {
    long now = now();
    lastProgress = now;
    if (next != phase || next == Phase.QUIET || next == Phase.ANSWERING) {
      phase = next;
      since = now;
    }
    long deadline = deadline();
    if (deadline - firesAt < 0) {
      stop();
      schedule(deadline);
    }
  }

  /** Ends the wait for a request if none has come for so long; says whether it did. */
  boolean giveUpAfter(long nanos) {
    boolean idle = phase == Phase.HEAD || (phase == Phase.QUIET && !hasUnsentBytes());
    if (!idle || now() - since < nanos) {
      return false;
    }
    if (phase == Phase.HEAD) {
      listener.requestTimedOut();
    } else {
      listener.clientIdle();
    }
    return true;
  }

  private long deadline() {
    return switch (phase) {
      case QUIET -> since + limits.keepAliveTimeout().toNanos();
      case HEAD -> since + limits.headerTimeout().toNanos();
      case BODY ->
          Math.min(
              lastProgress + limits.bodyIdleTimeout().toNanos(),
              since + limits.bodyTimeout().toNanos());
      case STREAM -> lastProgress + limits.bodyIdleTimeout().toNanos();
      case ANSWERING -> since + limits.bodyIdleTimeout().toNanos();
      case LINGERING -> since + LINGER_NANOS;
    };
  }

  private void schedule(long deadline) {
    firesAt = deadline;
    timer = channel.eventLoop().schedule(this, deadline - now(), TimeUnit.NANOSECONDS);
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }

  @Override
  public void run() {
    timer = null;
    if (!channel.isOpen()) {
      return;
    }
    if (deadline() - now() <= 0) {
      expire();
    }
    if (channel.isOpen() && timer == null) {
      schedule(Math.max(deadline(), now() + TimeUnit.MILLISECONDS.toNanos(10)));
    }
  }

  private void expire() {
    switch (phase) {
      case HEAD, BODY, STREAM -> listener.requestTimedOut();
      case LINGERING -> listener.clientIdle();
      case QUIET, ANSWERING -> {
        boolean unsent = hasUnsentBytes();
        if (unsent ? !hasSentSome() : phase == Phase.QUIET) {
          listener.clientIdle();
        } else {
          since = now();
        }
      }
    }
  }

  private boolean hasUnsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && buffer.totalPendingWriteBytes() > 0;
  }

  /** Says whether bytes left since the last look; the first look gives the benefit of the doubt. */
  private boolean hasSentSome() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return false;
    }
    long unsent = buffer.totalPendingWriteBytes();
    long progress = buffer.currentProgress();
    boolean moved = unsent != seenUnsent || progress != seenProgress;
    seenUnsent = unsent;
    seenProgress = progress;
    return moved;
  }
}
