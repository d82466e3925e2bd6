// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.OncePerMinute;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of a server. Safe for use by any thread.
 *
 * <p>A client that opens connections and says nothing must not keep others out: when nearly as many
 * are open as may be, those that have been at rest for a while are closed, as many as it takes.
 */
final class ConnectionRegistry {
  private static final AttributeKey<Boolean> ADMITTED =
      AttributeKey.valueOf(ConnectionRegistry.class, "admitted");

  private static final AttributeKey<Boolean> ARRIVING =
      AttributeKey.valueOf(ConnectionRegistry.class, "arriving");

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionRegistry.class);
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** How often room is made while there is little. */
  private static final long LOOK_NANOS = REST_NANOS / 3;

  /** Places beyond the limit for a listener of peers alone: clients cannot take those. */
  private static final int PEERS = 256;

  private static final int MOST_TURNED_AWAY = 32;
  private static final int MOST_ARRIVING = 64;

  private final int limit;

  /** From how many connections on room is made for others. */
  private final int crowded;

  private final LongSupplier nanoTime;
  private final OncePerMinute warnings;
  private final AtomicBoolean makingRoom = new AtomicBoolean();
  private final AtomicInteger admitted = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final LongAdder refusedInAll = new LongAdder();
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final AtomicInteger arriving = new AtomicInteger();
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean draining;

  ConnectionRegistry(int limit, LongSupplier nanoTime) {
    this.limit = limit;
    this.crowded = limit - limit / 16;
    this.nanoTime = nanoTime;
    this.warnings = new OncePerMinute(nanoTime);
  }

  /**
   * Counts a connection in, or says that there is no room.
   *
   * @param peersOnly whether it came to a listener of peers alone
   * @param loop where room is made if there is little
   */
  boolean admit(boolean peersOnly, EventExecutor loop) {
    int now = admitted.incrementAndGet();
    if (now >= crowded && makingRoom.compareAndSet(false, true)) {
      makeRoomLater(loop);
    }
    if (now <= limit || (peersOnly && now <= limit + PEERS)) {
      return true;
    }
    refused.incrementAndGet();
    refusedInAll.increment();
    leave();
    if (warnings.isDue()) {
      LOG.warn(
          "{} connections are open, as many as this server takes: further ones get 503."
              + " Allow more by maxConnections, and by the limit of open files (ulimit -n) if that is low",
          limit);
    }
    return false;
  }

  private void makeRoomLater(EventExecutor loop) {
    try {
      var _ = loop.schedule(() -> makeRoom(loop), LOOK_NANOS, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The server is closed", e);
    }
  }

  private void makeRoom(EventExecutor loop) {
    int again = Math.min(refused.getAndSet(0), limit / 4); // who was turned away may come again
    int wanted = admitted.get() - crowded + 1 + again;
    if (wanted <= 0 || draining) {
      makingRoom.set(false);
      return;
    }
    AtomicInteger left = new AtomicInteger(wanted);
    connections.forEach(connection -> connection.makeRoom(REST_NANOS, left));
    makeRoomLater(loop);
  }

  /** A connection that is not admitted stays open until it has been told so. */
  void turnAway(Channel channel) {
    turnedAway.incrementAndGet();
    channel.closeFuture().addListener(closed -> turnedAway.decrementAndGet());
  }

  /** Counts a connection that was accepted and waits to be admitted. */
  void arrived(Channel channel) {
    arriving.incrementAndGet();
    channel.attr(ARRIVING).set(true);
    channel.closeFuture().addListener(closed -> looked(channel));
  }

  /** Counts it out: it is admitted, or turned away, or has gone. */
  void looked(Channel channel) {
    if (Boolean.TRUE.equals(channel.attr(ARRIVING).getAndSet(null))) {
      arriving.decrementAndGet();
    }
  }

  /**
   * Whether so many are being turned away, or wait, that no more should be accepted for a moment.
   */
  boolean isOverrun() {
    return turnedAway.get() > MOST_TURNED_AWAY || arriving.get() > MOST_ARRIVING;
  }

  /** Counts an admitted connection out when it ends. */
  void hold(Channel channel) {
    channels.add(channel);
    channel.attr(ADMITTED).set(true);
    channel.closeFuture().addListener(closed -> release(channel));
  }

  /** Counts an admitted connection out, because it ends or is none of HTTP any more. */
  void release(Channel channel) {
    if (Boolean.TRUE.equals(channel.attr(ADMITTED).getAndSet(null))) {
      leave();
    }
  }

  private void leave() {
    if (admitted.decrementAndGet() == 0) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Waits until there are no connections; says whether that came in time. */
  synchronized boolean awaitNone(Duration limit) throws InterruptedException {
    long end = nanoTime.getAsLong() + limit.toNanos();
    while (admitted.get() > 0) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - nanoTime.getAsLong());
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  /**
   * Closes every connection, those that are none of HTTP any more too; complete when they are
   * closed. Before that their event loops must not end: whoever waits for the end of a connection
   * would not hear of it.
   */
  Future<?> closeAll() {
    connections.forEach(ServerConnection::closeNow);
    return channels.close();
  }

  /** Returns how many connections were turned away since the start. */
  long refusedInAll() {
    return refusedInAll.sum();
  }

  /** Returns how many connections there are. */
  int size() {
    return admitted.get();
  }

  void add(ServerConnection connection) {
    connections.add(connection);
    if (draining) {
      connection.drain();
    }
  }

  void remove(ServerConnection connection) {
    connections.remove(connection);
  }

  /** Asks every connection, also those to come, to end after what it has begun. */
  void drain() {
    draining = true;
    connections.forEach(ServerConnection::drain);
  }

  boolean isDraining() {
    return draining;
  }
}
