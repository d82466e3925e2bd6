// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The open connections of a server. Safe for use by any thread. */
final class ConnectionRegistry {
  private static final AttributeKey<Boolean> ADMITTED =
      AttributeKey.valueOf(ConnectionRegistry.class, "admitted");

  private final int limit;
  private final AtomicInteger admitted = new AtomicInteger();
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean draining;

  ConnectionRegistry(int limit) {
    this.limit = limit;
  }

  /** Counts a connection in, or says that there is no room. */
  boolean admit() {
    if (admitted.incrementAndGet() > limit) {
      admitted.decrementAndGet();
      return false;
    }
    return true;
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
    long end = System.nanoTime() + limit.toNanos();
    while (admitted.get() > 0) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  /**
   * Closes every connection, those that are none of HTTP any more too; complete when they are closed.
   * Before that their event loops must not end: whoever waits for the end of a connection would not
   * hear of it.
   */
  Future<?> closeAll() {
    connections.forEach(ServerConnection::closeNow);
    return channels.close();
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
