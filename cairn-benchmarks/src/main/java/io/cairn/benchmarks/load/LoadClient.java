// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A closed loop: each connection sends a request, waits for its whole answer, and sends the next.
 * One thread, no allocation per request beside the request's own bytes. Not thread-safe.
 */
public final class LoadClient implements AutoCloseable {

  private static final long MAX_MICROS = 60_000_000;
  private static final ThreadMXBean CLIENT = ManagementFactory.getThreadMXBean();

  private final Stopwatch watch = new Stopwatch();
  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private RequestSource source = () -> new byte[0];
  private Histogram latencies = new Histogram(MAX_MICROS, 3);
  private long started;
  private long answered;
  private long failed;
  private long limit;
  private boolean stopping;
  private final Deque<Connection> resting = new ArrayDeque<>();

  /** Nanoseconds from one request to the next; 0 to send when there is an answer. */
  private long pace;

  private long begunAt;

  /** Gives the next request's bytes. */
  @FunctionalInterface
  public interface RequestSource {
    byte[] next();
  }

  /**
   * What a run of requests came to.
   *
   * @param count answers with a status below 300
   * @param failures other answers
   * @param nanos how long it took
   * @param clientNanos processor time of the client itself
   * @param latencies of all answers, in microseconds
   */
  public record Outcome(
      long count, long failures, long nanos, long clientNanos, Histogram latencies) {
    /** All that were answered. */
    public long requests() {
      return count + failures;
    }

    /** The rate of those with a status below 300. */
    public double perSecond() {
      return count * 1e9 / Math.max(1, nanos);
    }
  }

  public LoadClient(int port, int connectionCount) throws IOException {
    this(List.of(port), connectionCount);
  }

  /** Connects to several servers in turn. */
  public LoadClient(List<Integer> ports, int connectionCount) throws IOException {
    for (int i = 0; i < connectionCount; i++) {
      int port = ports.get(i % ports.size());
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      connections.add(new Connection(channel));
    }
  }

  /** Sends requests until the time is up or so many have been sent, and awaits their answers. */
  public Outcome run(RequestSource requests, long maxNanos, long maxRequests) throws IOException {
    return run(requests, maxNanos, maxRequests, 0);
  }

  /**
   * Sends requests at a fixed rate until the time is up, and awaits their answers. A request that
   * has to wait for a connection is as late as it is: its time counts from when it was due.
   */
  public Outcome runPaced(RequestSource requests, long maxNanos, int perSecond) throws IOException {
    return run(requests, maxNanos, Long.MAX_VALUE, TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  private Outcome run(RequestSource requests, long maxNanos, long maxRequests, long nanosBetween)
      throws IOException {
    pace = nanosBetween;
    resting.clear();
    begunAt = watch.nanos();
    source = requests;
    latencies = new Histogram(MAX_MICROS, 3);
    started = 0;
    answered = 0;
    failed = 0;
    limit = maxRequests;
    stopping = false;
    long used = CLIENT.getCurrentThreadCpuTime();
    Stopwatch begun = new Stopwatch();
    for (Connection connection : connections) {
      connection.sendNext();
    }
    while (answered < started || (pace > 0 && !stopping)) {
      selector.select(this::ready, pace > 0 ? 1 : 1000);
      sendDue();
      long elapsed = begun.nanos();
      stopping = elapsed > maxNanos;
      if (elapsed > maxNanos + MAX_MICROS * 1000) {
        throw new IOException((started - answered) + " requests were never answered");
      }
    }
    return new Outcome(
        answered - failed,
        failed,
        begun.nanos(),
        CLIENT.getCurrentThreadCpuTime() - used,
        latencies);
  }

  private void sendDue() throws IOException {
    while (!resting.isEmpty() && !stopping && started * pace <= watch.nanos() - begunAt) {
      resting.pop().sendNext();
    }
  }

  private void ready(SelectionKey key) {
    try {
      ((Connection) key.attachment()).ready();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }

  private final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final ByteBuffer out = ByteBuffer.allocateDirect(16 << 10);
    private final AnswerParser parser = new AnswerParser();
    private final SelectionKey key;
    private long sentAt;

    Connection(SocketChannel channel) throws IOException {
      this.channel = channel;
      this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void sendNext() throws IOException {
      if (stopping || started >= limit) {
        return;
      }
      long dueAt = begunAt + started * pace;
      if (pace > 0 && dueAt > watch.nanos()) {
        resting.add(this);
        return;
      }
      started++;
      out.clear();
      out.put(source.next()).flip();
      sentAt = pace > 0 ? dueAt : watch.nanos();
      write();
    }

    private void write() throws IOException {
      channel.write(out);
      int interest = SelectionKey.OP_READ | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0);
      if (key.interestOps() != interest) {
        key.interestOps(interest);
      }
    }

    void ready() throws IOException {
      if (out.hasRemaining()) {
        write();
      }
      in.clear();
      int read = channel.read(in);
      if (read < 0) {
        throw new IOException("The server closed a connection");
      }
      in.flip();
      if (read > 0 && parser.feed(in)) {
        answered++;
        long micros = (watch.nanos() - sentAt) / 1000;
        latencies.recordValue(Math.min(micros, MAX_MICROS));
        if (parser.status() >= 300) {
          failed++;
        }
        parser.reset();
        sendNext();
      }
    }
  }
}
