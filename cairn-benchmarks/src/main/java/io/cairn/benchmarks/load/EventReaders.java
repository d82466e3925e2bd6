// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * Many clients that each watch an event stream, read by one thread that counts the events of a
 * change. Thread-safe.
 */
public final class EventReaders implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final LongAdder live = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final Thread reader;
  private volatile boolean closed;

  /** Opens so many, each at its own target, and waits until all of them are told of changes. */
  public EventReaders(int port, int count, IntFunction<String> targets)
      throws IOException, InterruptedException {
    this.reader = Thread.ofPlatform().name("event-readers").unstarted(this::read);
    try {
      for (int i = 0; i < count; i++) {
        SocketChannel channel =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channels.add(channel);
        String request =
            "GET "
                + targets.apply(i)
                + " HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Events(channel));
      }
      reader.start();
      if (!new Stopwatch().await(PATIENCE, PAUSE, () -> live.sum() == count)) {
        throw new IOException("%d of %d feeds began".formatted(live.sum(), count));
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** How many changes all of them have been told of so far. */
  public long changes() {
    return changes.sum();
  }

  private void read() {
    try {
      while (!closed) {
        selector.select(key -> ((Events) key.attachment()).ready(key));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    for (SocketChannel channel : channels) {
      channel.close();
    }
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    selector.close();
  }

  /** Looks for the lines that begin an event. */
  private final class Events {
    private static final byte[] CHANGED = "\nevent: changed".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LIVE = "\nevent: live".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(8 << 10);
    private int atChanged;
    private int atLive;

    Events(SocketChannel channel) {
      this.channel = channel;
    }

    void ready(SelectionKey key) {
      try {
        int read = channel.read(in.clear());
        if (read < 0) {
          key.cancel();
          return;
        }
      } catch (IOException e) {
        key.cancel(); // it was closed, and what it was not told is missing in the sum
        return;
      }
      in.flip();
      while (in.hasRemaining()) {
        byte next = in.get();
        atChanged = step(CHANGED, atChanged, next, changes);
        atLive = step(LIVE, atLive, next, live);
      }
    }

    private static int step(byte[] word, int at, byte next, LongAdder found) {
      int reached = next == word[at] ? at + 1 : next == word[0] ? 1 : 0;
      if (reached == word.length) {
        found.increment();
        return 0;
      }
      return reached;
    }
  }
}
