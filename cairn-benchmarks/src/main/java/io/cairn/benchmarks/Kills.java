// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.ClusterHosts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills hosts of a cluster, and sees when what they owned can be written again. */
final class Kills {

  private static final int DOCUMENTS = 24;
  private static final Duration GIVE_UP = Duration.ofSeconds(30);

  /** Until the hosts have put leaderships back; what a kill meets meanwhile is no steady state. */
  static final Duration SETTLE = Duration.ofSeconds(5);

  private final ClusterHosts hosts;
  private final LoadReport report;

  Kills(ClusterHosts hosts, LoadReport report) {
    this.hosts = hosts;
    this.report = report;
  }

  void run(int kills) throws IOException, InterruptedException {
    List<Long> each = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      Stopwatch.pause(SETTLE);
      int victim = i % hosts.count();
      List<String> owned = ownedBy(victim, (victim + 1) % hosts.count());
      if (owned.isEmpty()) {
        report.out().printf(Locale.ROOT, "host-%d owns nothing%n", victim);
        continue;
      }
      hosts.kill(victim);
      List<Long> times = recover(victim, owned, new Stopwatch());
      each.addAll(times);
      long slowest = times.stream().mapToLong(Long::longValue).max().orElseThrow();
      last.add(slowest);
      report
          .out()
          .printf(
              Locale.ROOT,
              "kill %d: %d documents, the last after %d ms; load %.1f%n",
              i + 1,
              owned.size(),
              slowest,
              LoadReport.load());
      hosts.start(victim);
      hosts.await(victim);
    }
    report
        .out()
        .printf(
            Locale.ROOT,
            "%d kills, until a document of the dead host is written again: %s%n",
            kills,
            spread(each));
    report
        .out()
        .printf(
            Locale.ROOT,
            "until the last of a host's %d documents or fewer is: %s; load %.1f%n%n",
            DOCUMENTS,
            spread(last),
            LoadReport.load());
  }

  /** Those of the documents that a host owns, as another says. */
  private List<String> ownedBy(int victim, int asked) throws InterruptedException {
    List<String> owned = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String link = Requests.FACTORY + "/spread-" + i;
      if (hosts.owner(asked, link) == victim) {
        owned.add(link);
      }
    }
    return owned;
  }

  private List<Long> recover(int victim, List<String> owned, Stopwatch killed)
      throws IOException, InterruptedException {
    List<Future<Long>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String link : owned) {
        running.add(threads.submit(() -> recover(victim, link, killed)));
      }
    }
    List<Long> times = new ArrayList<>();
    for (Future<Long> each : running) {
      try {
        times.add(each.get());
      } catch (ExecutionException e) {
        throw new IOException("A client failed", e);
      }
    }
    return times;
  }

  private long recover(int victim, String link, Stopwatch killed) throws InterruptedException {
    AtomicInteger attempts = new AtomicInteger();
    var _ =
        killed.await(
            GIVE_UP,
            Duration.ofMillis(10),
            () -> {
              int attempt = attempts.incrementAndGet();
              int asked = (victim + 1 + attempt % (hosts.count() - 1)) % hosts.count();
              return hosts.patch(asked, link, attempt);
            });
    return killed.millis();
  }

  static String spread(List<Long> millis) {
    long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0
        ? "nothing"
        : "min %d, median %d, p95 %d, max %d ms of %d"
            .formatted(
                sorted[0],
                sorted[sorted.length / 2],
                sorted[(int) Math.ceil(sorted.length * 0.95) - 1],
                Arrays.stream(sorted).max().orElseThrow(),
                sorted.length);
  }
}
