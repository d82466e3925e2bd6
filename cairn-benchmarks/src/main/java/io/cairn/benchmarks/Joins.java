// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.ClusterHosts;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Stops and starts a cluster's hosts one by one, and adds one. */
final class Joins {

  private static final Duration PAUSE = Duration.ofMillis(10);

  /** A new host owns documents once it is a full member of their partitions and was given some. */
  private static final Duration OWNS = Duration.ofMinutes(5);

  private final ClusterHosts hosts;
  private final LoadReport report;
  private volatile boolean done;

  Joins(ClusterHosts hosts, LoadReport report) {
    this.hosts = hosts;
    this.report = report;
  }

  void run(long documents) throws IOException, InterruptedException {
    rolling();
    join(documents);
  }

  /** Stops and starts each host, while a client of the others writes. */
  private void rolling() throws IOException, InterruptedException {
    long worst = 0;
    Stopwatch begun = new Stopwatch();
    for (int i = 0; i < hosts.count(); i++) {
      Stopwatch.pause(Kills.SETTLE);
      worst = Math.max(worst, restart(i));
    }
    report
        .out()
        .printf(
            Locale.ROOT,
            "rolling restart of %d hosts: %d s, longest gap between two writes of one client: %d ms%n",
            hosts.count(),
            begun.millis() / 1000,
            worst);
  }

  private long restart(int number) throws IOException, InterruptedException {
    int asked = (number + 1) % hosts.count();
    long[] gap = new long[1];
    done = false;
    Thread writer = Thread.ofVirtual().start(() -> gap[0] = writeUntilDone(asked));
    hosts.stop(number);
    hosts.start(number);
    hosts.await(number);
    done = true;
    writer.join();
    return gap[0];
  }

  private long writeUntilDone(int asked) {
    long worst = 0;
    Stopwatch last = new Stopwatch();
    try {
      for (int i = 0; !done; i++) {
        if (hosts.patch(asked, Requests.FACTORY + "/spread-" + i % 24, i)) {
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
  private void join(long documents) throws IOException, InterruptedException {
    int number = hosts.count();
    Stopwatch begun = new Stopwatch();
    hosts.start(number);
    hosts.await(number);
    long answers = begun.millis();
    if (!begun.await(OWNS, PAUSE, () -> owns(number))) {
      report.out().printf(Locale.ROOT, "the joined host owns nothing yet%n");
      return;
    }
    report
        .out()
        .printf(
            Locale.ROOT,
            "an empty host joins %d documents: answers after %d ms, owns some after %d ms; load %.1f%n",
            documents,
            answers,
            begun.millis(),
            LoadReport.load());
  }

  private boolean owns(int number) throws InterruptedException {
    for (int i = 0; i < 24; i++) {
      if (hosts.owner(0, Requests.FACTORY + "/spread-" + i) == number) {
        return true;
      }
    }
    return false;
  }
}
