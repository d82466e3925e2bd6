// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Runs many seeds: {@code --seeds=N --from=S --threads=T}, each on one of the threads. {@code
 * --trace=SEED} prints the events of one, {@code --keep=1} goes on after a failure, {@code --log=1}
 * lets the code under test log, {@code --hashes=1} prints what tells one run from another. Ends
 * with status 1 if a seed failed, after the first one unless it keeps going.
 */
public final class SimulationRuns {

  private static final int PROGRESS = 1000;

  private final Map<String, Long> given;
  private final long begin = System.nanoTime();
  private final Map<String, Integer> counts = new TreeMap<>();
  private long next;
  private long done;
  private long failed;
  private long events;
  private long virtual;

  private SimulationRuns(Map<String, Long> given) {
    this.given = given;
    this.next = given.get("from");
  }

  /** Switches off what the code under test logs, which tells of nothing but intended trouble. */
  static void silence() {
    EngineErrors.listen();
    // Tests of other packages, which run beside these, look at what is logged there.
    for (String silent : List.of("io.cairn.cluster.raft", "io.cairn.cluster.log")) {
      ((Logger) LoggerFactory.getLogger(silent)).setLevel(Level.OFF);
    }
  }

  /** Runs what the arguments say. */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, Long> given =
        new TreeMap<>(Map.of("seeds", 1000L, "from", 0L, "keep", 0L, "threads", 1L, "hashes", 0L));
    for (String argument : arguments) {
      String[] parts = argument.substring(2).split("=", 2);
      given.put(parts[0], Long.parseLong(parts[1]));
    }
    if (!given.containsKey("log")) {
      silence();
    }
    Long traced = given.get("trace");
    boolean well = traced != null ? trace(traced) : new SimulationRuns(given).runAll();
    System.exit(well ? 0 : 1);
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private static boolean trace(long seed) {
    try {
      Simulation.trace(seed).forEach(System.out::println);
      System.out.println(Simulation.run(seed));
      return true;
    } catch (Violation violation) {
      violation.trace().forEach(System.out::println);
      violation.printStackTrace(System.out);
      return false;
    }
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private boolean runAll() throws InterruptedException {
    Thread[] workers = new Thread[given.get("threads").intValue()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = Thread.ofPlatform().name("seeds-" + i).start(this::work);
    }
    for (Thread worker : workers) {
      worker.join();
    }
    System.out.println(summary());
    counts.forEach((what, n) -> System.out.printf("  %-45s %d%n", what, n));
    return failed == 0;
  }

  private void work() {
    for (long seed = take(); seed >= 0; seed = take()) {
      try {
        ended(Simulation.run(seed));
      } catch (Violation violation) {
        ended(violation.getMessage());
      } catch (Throwable unforeseen) {
        ended("seed " + seed + ": " + unforeseen);
      }
    }
  }

  /** Returns a seed nobody has run, or -1. */
  private synchronized long take() {
    boolean over = failed > 0 && given.get("keep") == 0;
    return over || next >= given.get("from") + given.get("seeds") ? -1 : next++;
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private synchronized void ended(Simulation.Report report) {
    virtual += report.virtualNanos();
    events += report.events();
    report.counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
    if (given.get("hashes") != 0) {
      System.out.println("hash " + report.seed() + " " + report.hash());
    }
    ended();
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private synchronized void ended(String failure) {
    failed++;
    System.out.println(failure);
    ended();
  }

  @SuppressWarnings("SystemOut") // a command line tool
  private void ended() {
    if (++done % PROGRESS == 0) {
      System.out.println(summary());
    }
  }

  private String summary() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    return String.format(
        "%d seeds from %d: %d failed; %d events, %.0f virtual seconds in %.1f s, %.1f seeds/s",
        done, given.get("from"), failed, events, virtual / 1e9, seconds, done / seconds);
  }
}
