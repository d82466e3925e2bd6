// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Stops and starts a cluster's hosts one by one, and adds one. */
final class Joins {

  private static final long SETTLE_MILLIS = 5_000;
  private static final int PAUSE_MILLIS = 10;

  /** A new host owns documents once it is a full member of their partitions and was given some. */
  private static final long OWNS_NANOS = TimeUnit.SECONDS.toNanos(300);

  private final ClusterHosts hosts;
  private final PrintStream report;
  private volatile boolean done;

  Joins(ClusterHosts hosts, PrintStream report) {
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
    long begun = System.nanoTime();
    for (int i = 0; i < hosts.count(); i++) {
      Thread.sleep(SETTLE_MILLIS);
      worst = Math.max(worst, restart(i));
    }
    report.printf(
        Locale.ROOT,
        "rolling restart of %d hosts: %d s, longest gap between two writes of one client: %d ms%n",
        hosts.count(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
        TimeUnit.NANOSECONDS.toMillis(worst));
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
    long last = System.nanoTime();
    try {
      for (int i = 0; !done; i++) {
        if (hosts.patch(asked, Requests.FACTORY + "/spread-" + i % 24, i)) {
          long now = System.nanoTime();
          worst = Math.max(worst, now - last);
          last = now;
        } else {
          Thread.sleep(PAUSE_MILLIS);
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
    long begun = System.nanoTime();
    hosts.start(number);
    hosts.await(number);
    long answers = System.nanoTime() - begun;
    while (ownsNothing(number)) {
      if (System.nanoTime() - begun > OWNS_NANOS) {
        report.println("the joined host owns nothing yet");
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    report.printf(
        Locale.ROOT,
        "an empty host joins %d documents: answers after %d ms, owns some after %d ms; load %.1f%n",
        documents,
        TimeUnit.NANOSECONDS.toMillis(answers),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
        ClusterLoadRun.load());
  }

  private boolean ownsNothing(int number) throws InterruptedException {
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      owners.add(hosts.owner(0, Requests.FACTORY + "/spread-" + i));
    }
    return !owners.contains(number);
  }
}
