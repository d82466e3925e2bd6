// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent clients, and the record of everything they sent with what became of it. A request
 * without answer is unknown; one that found nobody listening is refused. Thread-safe.
 */
public final class LoadRecorder {

  /** What one client does, again and again. */
  @FunctionalInterface
  public interface Client {
    /** Sends a few requests through the session. */
    void step(Session session) throws Exception;
  }

  /** Thrown by a client that has nothing more to do. */
  public static final class Finished extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** One for all: what was recorded in one run of load is compared with what was in another. */
  private static final TestStopwatch CLOCK = new TestStopwatch();

  private final HttpProbe http;
  private final int maximum;
  private final AtomicInteger count = new AtomicInteger();
  private final ConcurrentLinkedQueue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * Creates a recorder.
   *
   * @param http sends the requests
   * @param maximum how many requests are sent at most; then the load ends by itself
   */
  public LoadRecorder(HttpProbe http, int maximum) {
    this.http = http;
    this.maximum = maximum;
  }

  /** Starts clients, each on a thread of its own, that go on until {@link #stop}. */
  public synchronized LoadRecorder start(int clients, Client client) {
    for (int i = 0; i < clients; i++) {
      Session session = new Session(threads.size());
      threads.add(
          Thread.ofVirtual().name("load-" + threads.size()).start(() -> run(session, client)));
    }
    return this;
  }

  private void run(Session session, Client client) {
    try {
      while (!stopped && count.get() < maximum) {
        client.step(session);
      }
    } catch (Finished e) {
      // The others go on.
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    }
  }

  /** How many requests have an outcome. */
  public int size() {
    return count.get();
  }

  /** Ends the load and waits for the requests under way. */
  public synchronized void stop() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("A client failed: " + thrown, thrown);
    }
  }

  /** Everything that was sent and has an outcome. */
  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** The requests with an outcome. */
  public Stream<RecordedRequest> with(Outcome outcome) {
    return requests.stream().filter(request -> request.outcome() == outcome);
  }

  /** One client's way to send. Used by one thread. */
  public final class Session {
    private final int number;
    private int sent;

    private Session(int number) {
      this.number = number;
    }

    /** The client's number, from 0. */
    public int number() {
      return number;
    }

    /** A mark that no other request has. */
    public String nextMark() {
      return "c" + number + "-" + sent++;
    }

    /** Sends and records; returns what is known of it. */
    public Outcome send(
        String action, String path, String link, String mark, @Nullable String body) {
      long invoked = CLOCK.nanos();
      Answer answer = null;
      Outcome outcome;
      try {
        answer = http.send(action, path, body);
        outcome = answer.outcome();
      } catch (ConnectException | HttpConnectTimeoutException e) {
        outcome = Outcome.REFUSED;
      } catch (IOException e) {
        outcome = Outcome.UNKNOWN;
      }
      requests.add(
          new RecordedRequest(number, action, link, mark, outcome, answer, invoked, CLOCK.nanos()));
      count.incrementAndGet();
      return outcome;
    }
  }
}
