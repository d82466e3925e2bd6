// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import io.cairn.testkit.TestStopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What a number of clients asked of documents and were told: an event when an action is asked for,
 * another when its result is known. An action without the second is one of unknown outcome.
 * Thread-safe.
 */
public final class History {

  private static final Result UNKNOWN = new Result.Unknown();

  private final LongSupplier nanoTime;
  private final int limit;
  private final AtomicInteger count = new AtomicInteger();
  private final ConcurrentLinkedQueue<Invocation> invocations = new ConcurrentLinkedQueue<>();

  /** A history by the clock of this process, of a million actions at most. */
  public History() {
    this(new TestStopwatch()::nanos, 1_000_000);
  }

  /**
   * Creates a history.
   *
   * @param nanoTime a clock that all clients share and that never steps back
   * @param limit how many actions are recorded at most
   */
  public History(LongSupplier nanoTime, int limit) {
    this.nanoTime = nanoTime;
    this.limit = limit;
  }

  /**
   * Records that a client is about to ask for something.
   *
   * @throws IllegalStateException at the limit
   */
  public Invocation invoke(int process, String document, Action action) {
    if (count.incrementAndGet() > limit) {
      throw new IllegalStateException("The history has " + limit + " actions");
    }
    Invocation invocation = new Invocation(process, document, action, nanoTime.getAsLong());
    invocations.add(invocation);
    return invocation;
  }

  /** How many actions were asked for. */
  public int size() {
    return count.get();
  }

  /** Everything so far, by document; what has no result yet is unknown. */
  public Map<String, List<Call>> byDocument() {
    Map<String, List<Call>> documents = new TreeMap<>();
    for (Invocation invocation : invocations) {
      documents.computeIfAbsent(invocation.document, _ -> new ArrayList<>()).add(invocation.call());
    }
    return documents;
  }

  /** An action that was asked for. */
  public final class Invocation {
    private final int process;
    private final String document;
    private final Action action;
    private final long invokedNanos;
    private volatile Response response = new Response(UNKNOWN, Long.MAX_VALUE);

    private Invocation(int process, String document, Action action, long invokedNanos) {
      this.process = process;
      this.document = document;
      this.action = action;
      this.invokedNanos = invokedNanos;
    }

    /** Records what became of it; called once. */
    public void respond(Result result) {
      response = new Response(result, nanoTime.getAsLong());
    }

    private Call call() {
      Response now = response;
      return new Call(process, document, action, now.result(), invokedNanos, now.nanos());
    }
  }

  private record Response(Result result, long nanos) {}
}
