// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.ClusterHosts;
import java.io.IOException;
import java.time.Duration;

/** Stops and starts a cluster's hosts one by one, and adds one. */
final class Joins {

  private static final int DOCUMENTS = 24;
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** A new host owns documents once it is a full member of their partitions and was given some. */
  private static final Duration OWNS = Duration.ofMinutes(3);

  private final ClusterHosts hosts;
  private volatile boolean done;

  Joins(ClusterHosts hosts) {
    this.hosts = hosts;
  }

  /**
   * What came of a host that joined, in milliseconds from its start.
   *
   * @param answers until it answered
   * @param owns until it owned documents
   */
  record Joined(long answers, long owns) {}

  /**
   * Stops and starts each host, while a client of another writes.
   *
   * @return the longest gap between two of its writes, in milliseconds
   */
  long rolling() throws IOException, InterruptedException {
    long worst = 0;
    for (int i = 0; i < hosts.count(); i++) {
      Stopwatch.pause(Kills.SETTLE);
      worst = Math.max(worst, restart(i));
    }
    return worst;
  }

  private long restart(int number) throws IOException, InterruptedException {
    int asked = (number + 1) % hosts.count();
    long[] gap = new long[1];
    done = false;
    Thread writer = Thread.ofVirtual().start(() -> gap[0] = writeUntilDone(asked));
    try {
      hosts.stop(number);
      hosts.start(number);
      hosts.await(number);
    } finally {
      done = true;
      writer.join();
    }
    return gap[0];
  }

  private long writeUntilDone(int asked) {
    long worst = 0;
    Stopwatch last = new Stopwatch();
    try {
      for (int i = 0; !done; i++) {
        if (hosts.patch(asked, ExampleDocuments.spread(i % DOCUMENTS), i)) {
          worst = Math.max(worst, last.millis());
          last = new Stopwatch();
        } else {
          Stopwatch.pause(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return worst;
  }

  /** Adds a host without data. */
  Joined join() throws IOException, InterruptedException {
    int number = hosts.count();
    Stopwatch begun = new Stopwatch();
    hosts.start(number);
    hosts.await(number);
    long answers = begun.millis();
    if (!begun.await(OWNS, PAUSE, () -> owns(number))) {
      throw new IOException("The host that joined owned nothing after " + OWNS);
    }
    return new Joined(answers, begun.millis());
  }

  private boolean owns(int number) throws InterruptedException {
    for (int i = 0; i < DOCUMENTS; i++) {
      if (hosts.owner(0, ExampleDocuments.spread(i)) == number) {
        return true;
      }
    }
    return false;
  }
}
