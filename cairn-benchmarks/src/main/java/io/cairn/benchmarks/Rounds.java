// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Meter;
import io.cairn.benchmarks.measure.ProcessUsage;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.Round;
import io.cairn.benchmarks.systems.Contender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Loads systems in turns, so that what the machine does meanwhile happens to all. After a turn of
 * writes it waits until the system has done what it put off, and counts that, too: it shall not
 * fall into another's turn. Not thread-safe.
 */
final class Rounds {

  private static final long WARMING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long MAX_MICROS = 60_000_000;
  private static final int WARMING_CLIENTS = 16;
  private static final Duration SETTLING = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** A host that uses less than this share of a core has nothing left to do. */
  private static final double QUIET = 0.06;

  private final int rounds;
  private final long nanos;
  private final boolean systemCalls;

  /** Each system has so many turns of such a length. */
  Rounds(int rounds, long nanos, boolean systemCalls) {
    this.rounds = rounds;
    this.nanos = nanos;
    this.systemCalls = systemCalls;
  }

  /** Something that goes on around the turns, such as watching. */
  @FunctionalInterface
  interface Surroundings {
    /** Begins it; it ends when it is closed. */
    AutoCloseable begin() throws IOException, InterruptedException;
  }

  /**
   * A system that is loaded at a fixed rate while something goes on.
   *
   * @param title as reports have it
   */
  record Scene(Contender system, String title, Surroundings surroundings) {}

  /** Loads each scene in turns with updates at a fixed rate. */
  List<Cell> measurePaced(List<Scene> scenes, int clients, int perSecond)
      throws IOException, InterruptedException {
    List<Side> sides = new ArrayList<>();
    for (Scene scene : scenes) {
      RequestSource requests =
          Objects.requireNonNull(scene.system().workload().requests(WorkKind.PATCH));
      sides.add(new Side(scene.system(), requests, scene.system().port(WorkKind.PATCH), clients));
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        int next = (i + round) % sides.size();
        Side side = sides.get(next);
        try (AutoCloseable _ = scenes.get(next).surroundings().begin()) {
          turn(
              side,
              WorkKind.PATCH,
              (senders, time) -> senders.runPaced(side.requests, time, perSecond));
        } catch (IOException | InterruptedException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(scenes.get(next).title() + " did not end", e);
        }
      }
    }
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      cells.add(sides.get(i).cell(scenes.get(i).title()));
    }
    return cells;
  }

  /** How a turn sends its requests. */
  @FunctionalInterface
  private interface Sending {
    LoadClient.Outcome send(LoadClient senders, long nanos) throws IOException;
  }

  /** One system at one work, with what it has made of it so far. */
  private static final class Side {
    private final Contender system;
    private final RequestSource requests;
    private final int port;
    private final int clients;
    private final Histogram latencies = new Histogram(MAX_MICROS, 3);
    private final List<Round> turns = new ArrayList<>();
    private Cell.Calls calls = Cell.Calls.UNKNOWN;

    Side(Contender system, RequestSource requests, int port, int clients) {
      this.system = system;
      this.requests = requests;
      this.port = port;
      this.clients = clients;
    }

    private Cell cell(String work) {
      Cell.Latency latency =
          new Cell.Latency(millis(50), millis(90), millis(99), millis(99.9), millis(100));
      return new Cell(system.ports().size(), system.name(), work, clients, turns, latency, calls);
    }

    private double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1000.0;
    }
  }

  /**
   * Lets each system do each kind of work, in turns, for so long in all for each of its hosts: what
   * warms up one virtual machine is shared by those of a group.
   */
  static void warm(List<? extends Contender> systems, List<WorkKind> works, long nanosEach)
      throws IOException, InterruptedException {
    for (int slice = 0; slice < 2; slice++) {
      for (WorkKind work : works) {
        for (Contender system : systems) {
          RequestSource requests = system.workload().requests(work);
          if (requests != null) {
            try (LoadClient clients = new LoadClient(system.port(work), WARMING_CLIENTS)) {
              long time = nanosEach * system.ports().size() / works.size() / 2;
              clients.run(requests, time, Long.MAX_VALUE);
            }
          }
        }
      }
    }
  }

  /** Loads those systems that know the work, and returns what came of it. */
  List<Cell> measure(List<? extends Contender> systems, WorkKind work, int clients)
      throws IOException, InterruptedException {
    return measure(systems, work, clients, work.title());
  }

  /** The same under another title. */
  List<Cell> measure(List<? extends Contender> systems, WorkKind work, int clients, String title)
      throws IOException, InterruptedException {
    List<Side> sides = new ArrayList<>();
    for (Contender system : systems) {
      RequestSource requests = system.workload().requests(work);
      boolean alone = system.ports().size() == 1;
      if (requests != null && !(work == WorkKind.GET_OTHER && alone)) {
        sides.add(new Side(system, requests, system.port(work), clients));
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        Side side = sides.get((i + round) % sides.size());
        turn(side, work, (senders, time) -> senders.run(side.requests, time, Long.MAX_VALUE));
      }
    }
    if (systemCalls && clients != WARMING_CLIENTS) {
      for (Side side : sides) {
        countCalls(side, work);
      }
    }
    return sides.stream().map(side -> side.cell(title)).toList();
  }

  private void turn(Side side, WorkKind work, Sending sending)
      throws IOException, InterruptedException {
    // Connections of its own: a host closes those that rest while the others have their turns.
    try (LoadClient senders = new LoadClient(side.port, side.clients)) {
      var _ = sending.send(senders, Math.min(nanos, WARMING_NANOS));
      try (Meter meter = Meter.open(side.system.pids(), side.system.ports(), false)) {
        LoadClient.Outcome outcome = sending.send(senders, nanos);
        Meter.Counts counts = meter.read();
        side.turns.add(round(outcome, counts, settle(side.system, work)));
        side.latencies.add(outcome.latencies());
      }
    }
  }

  private static Round round(LoadClient.Outcome outcome, Meter.Counts counts, double restMicros) {
    double each = Math.max(1, outcome.requests());
    return new Round(
        outcome.perSecond(),
        outcome.failures(),
        (counts.usage().cpuMicros() + restMicros) / each,
        counts.usage().compilerMicros() / each,
        counts.usage().switches() / each,
        counts.sent().map(sent -> sent.packets() / each).orElse(-1.0),
        counts.sent().map(sent -> sent.bytes() / each).orElse(-1.0),
        outcome.clientNanos() / 1e3 / each);
  }

  /**
   * Waits until a system is quiet, or for a time.
   *
   * @return what it used beyond what a quiet one does, in microseconds
   */
  private static double settle(Contender system, WorkKind work)
      throws IOException, InterruptedException {
    if (!work.writes()) {
      return 0;
    }
    ProcessUsage[] last = {ProcessUsage.of(system.pids())};
    double quiet = QUIET * system.pids().size() * LOOK.toNanos() / 1_000;
    double[] rest = {0};
    Stopwatch.pause(LOOK);
    var _ =
        new Stopwatch()
            .await(
                SETTLING,
                LOOK,
                () -> {
                  ProcessUsage now = ProcessUsage.of(system.pids());
                  double more = now.since(last[0]).cpuMicros() - quiet;
                  last[0] = now;
                  rest[0] += Math.max(0, more);
                  return more <= 0;
                });
    return rest[0];
  }

  private void countCalls(Side side, WorkKind work) throws IOException, InterruptedException {
    try (LoadClient senders = new LoadClient(side.port, side.clients)) {
      senders.run(side.requests, Math.min(nanos, WARMING_NANOS), Long.MAX_VALUE);
      try (Meter meter = Meter.open(side.system.pids(), side.system.ports(), true)) {
        LoadClient.Outcome outcome = senders.run(side.requests, nanos / 2, Long.MAX_VALUE);
        double each = Math.max(1, outcome.requests());
        meter
            .read()
            .calls()
            .ifPresent(
                counted ->
                    side.calls = new Cell.Calls(counted.calls() / each, counted.syncs() / each));
      }
    }
    var _ = settle(side.system, work);
  }
}
