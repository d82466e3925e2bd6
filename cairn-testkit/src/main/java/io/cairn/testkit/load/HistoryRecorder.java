// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestStopwatch;
import io.cairn.testkit.history.Action;
import io.cairn.testkit.history.History;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent clients that read and change {@link RegisterService} documents through several hosts,
 * and the history of what they asked and were told. Each client has one request under way at a
 * time, each to a host of its random choice; that is determined by the seed, the times are not.
 * Start and stop it from one thread.
 *
 * <pre>{@code
 * try (HistoryRecorder load = new HistoryRecorder(hosts, HistoryRecorder.Settings.of(seed))) {
 *   load.createDocuments(Duration.ofSeconds(30));
 *   load.start();
 *   ... faults ...
 *   load.stop();
 *   load.readDocuments(Duration.ofSeconds(30));
 *   assertThat(new LinearizabilityChecker().violations(load.history())).isEmpty();
 * }
 * }</pre>
 */
public final class HistoryRecorder implements AutoCloseable {

  /**
   * What the load is.
   *
   * @param seed determines what clients ask for, and whom; documents have it in their links, so
   *     that loads of different seeds do not meet
   * @param documents how many there are; every other one comes and goes
   * @param clients how many requests are under way at a time
   * @param calls after how many calls the load ends by itself
   * @param retries how often a client asks again that was refused by 503 or found nobody
   * @param requestLimit after what time a request without answer is unknown
   * @param pause how long a client waits between two requests, and twice that before a retry
   */
  public record Settings(
      long seed,
      int documents,
      int clients,
      int calls,
      int retries,
      Duration requestLimit,
      Duration pause) {

    /** Six documents, eight clients, 20,000 calls at most, no retries. */
    public static Settings of(long seed) {
      return new Settings(seed, 6, 8, 20_000, 0, Duration.ofSeconds(5), Duration.ofMillis(2));
    }

    /** The same with other numbers. */
    public Settings withLoad(int newDocuments, int newClients, int newCalls) {
      return new Settings(seed, newDocuments, newClients, newCalls, retries, requestLimit, pause);
    }

    /** The same with clients that wait so long between two requests. */
    public Settings withPause(Duration newPause) {
      return new Settings(seed, documents, clients, calls, retries, requestLimit, newPause);
    }

    /** The same with clients that ask again. */
    public Settings withRetries(int newRetries, Duration newPause) {
      return new Settings(seed, documents, clients, calls, newRetries, requestLimit, newPause);
    }
  }

  private static final int SETUP_PROCESS = -1;

  private final Settings settings;
  private final History history = new History();
  private final LoadTally tally = new LoadTally();
  private final List<HttpProbe> hosts;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  /** A load that has not begun, through these hosts. */
  public HistoryRecorder(List<URI> hosts, Settings settings) {
    this.settings = settings;
    this.hosts = hosts.stream().map(host -> new HttpProbe(host, settings.requestLimit())).toList();
  }

  /**
   * Creates the documents, as part of the history.
   *
   * @throws AssertionError if one cannot be created in time
   */
  public void createDocuments(Duration limit) {
    RegisterClient client = client(SETUP_PROCESS);
    for (String document : documents()) {
      TestContext.waitFor(
          limit,
          () -> client.isSettled(document, new Action.Create("first of " + document)),
          "the creation of " + document);
    }
  }

  /** Starts the clients. */
  public HistoryRecorder start() {
    for (int i = 0; i < settings.clients(); i++) {
      RegisterClient client = client(i);
      threads.add(Thread.ofVirtual().name("history-client-" + i).start(() -> run(client)));
    }
    return this;
  }

  private RegisterClient client(int process) {
    SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + process);
    return new RegisterClient(process, random, hosts, settings, history, tally);
  }

  private void run(RegisterClient client) {
    try {
      List<String> documents = documents();
      while (!stopped && history.size() < settings.calls()) {
        client.step(documents);
        TestStopwatch.pass(settings.pause());
      }
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    }
  }

  /**
   * Ends the load and waits for the requests under way.
   *
   * @throws AssertionError if a client failed otherwise than by an answer
   */
  public void stop() {
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

  /**
   * Reads every document through every host, as part of the history.
   *
   * @throws AssertionError if one cannot be read in time
   */
  public void readDocuments(Duration limit) {
    RegisterClient client = client(SETUP_PROCESS);
    for (String document : documents()) {
      for (HttpProbe host : hosts) {
        TestContext.waitFor(
            limit,
            () -> client.isSettledBy(host, document, new Action.Read()),
            "a read of " + document + "; the last answer: " + client.lastAnswer());
      }
    }
  }

  /** The links of the documents. */
  public List<String> documents() {
    List<String> links = new ArrayList<>();
    for (int i = 0; i < settings.documents(); i++) {
      String kind = i % 2 == 0 ? "steady" : "lively";
      links.add("%s/%s-%d-%d".formatted(RegisterService.FACTORY_LINK, kind, settings.seed(), i));
    }
    return links;
  }

  /** What was asked and told so far. */
  public History history() {
    return history;
  }

  /** How often what was told, and when. */
  public LoadTally tally() {
    return tally;
  }

  /** Ends the load, whatever became of it. */
  @Override
  public void close() {
    stopped = true;
    hosts.forEach(HttpProbe::close);
  }
}
