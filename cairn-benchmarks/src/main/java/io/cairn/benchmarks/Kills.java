// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.ClusterHosts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Kills hosts of a cluster, and sees when what they owned can be written again. */
final class Kills {

  private static final int DOCUMENTS = 24;
  private static final Duration GIVE_UP = Duration.ofSeconds(30);

  /** Until the hosts have put leaderships back; what a kill meets meanwhile is no steady state. */
  static final Duration SETTLE = Duration.ofSeconds(5);

  private final ClusterHosts hosts;

  Kills(ClusterHosts hosts) {
    this.hosts = hosts;
  }

  /**
   * What came of the kills, in milliseconds from each.
   *
   * @param each until a document of the dead host was written again
   * @param last until the last of a host's documents was
   */
  record Recovery(List<Double> each, List<Double> last) {}

  /** Kills a host in turn, so often, while there is time. */
  Recovery run(int kills, BooleanSupplier goOn) throws IOException, InterruptedException {
    Recovery recovery = new Recovery(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < kills && goOn.getAsBoolean(); i++) {
      Stopwatch.pause(SETTLE);
      int victim = i % hosts.count();
      List<String> owned = ownedBy(victim, (victim + 1) % hosts.count());
      if (!owned.isEmpty()) {
        hosts.kill(victim);
        List<Double> times = recover(victim, owned, new Stopwatch());
        recovery.each.addAll(times);
        recovery.last.add(times.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        hosts.start(victim);
        hosts.await(victim);
      }
    }
    return recovery;
  }

  /** Those of the documents that a host owns, as another says. */
  private List<String> ownedBy(int victim, int asked) throws InterruptedException {
    List<String> owned = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String link = ExampleDocuments.spread(i);
      if (hosts.owner(asked, link) == victim) {
        owned.add(link);
      }
    }
    return owned;
  }

  private List<Double> recover(int victim, List<String> owned, Stopwatch killed)
      throws IOException, InterruptedException {
    List<Future<Double>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String link : owned) {
        running.add(threads.submit(() -> recover(victim, link, killed)));
      }
    }
    List<Double> times = new ArrayList<>();
    for (Future<Double> each : running) {
      try {
        times.add(each.get());
      } catch (ExecutionException e) {
        throw new IOException("A client failed", e);
      }
    }
    return times;
  }

  private double recover(int victim, String link, Stopwatch killed) throws InterruptedException {
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
}
