// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;

/**
 * Event loops that look at all their connections often. Left alone, a loop goes on for a second
 * with the connections that bring more than it reads in one turn, before it asks whether others
 * bring anything.
 */
public final class EventLoops {
  /** For so long a loop does what it has put off; then it looks at its connections again. */
  private static final long PUT_OFF_MILLIS = 5;

  /** Reads of a connection that follow each other, of 64 KiB at most. */
  private static final int READS_IN_A_TURN = 4;

  private EventLoops() {}

  static {
    // By default Netty wraps one buffer in a hundred, and notes where each was made. The wrappers
    // make calls to buffers slow everywhere. Who looks for a leak chooses a level that finds more.
    if (ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.SIMPLE) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  /** Makes a group of loops whose threads have a name. */
  public static EventLoopGroup of(int count, String name) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), io) {
      @Override
      protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
        return new LoopTurn.Loop(this, executor, factory, PUT_OFF_MILLIS);
      }
    };
  }

  /** How much is read of a connection before others have their turn. */
  public static RecvByteBufAllocator turns() {
    return new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_IN_A_TURN);
  }
}
