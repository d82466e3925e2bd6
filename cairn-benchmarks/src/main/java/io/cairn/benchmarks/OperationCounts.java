// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.load.OwnedDocuments;
import io.cairn.benchmarks.measure.Meter;
import io.cairn.benchmarks.measure.ProcessUsage.ThreadUsage;
import io.cairn.benchmarks.measure.SystemCalls;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.HostClient;
import io.cairn.benchmarks.systems.Launch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Counts what one operation costs hosts that run, or that it starts: context switches, system
 * calls, processor time, fsyncs, packets. Of all that is measured here, counts depend least on what
 * else the machine does. See {@code docs/performance.md}.
 */
public final class OperationCounts {

  private static final String USAGE =
      """
      Options, each as --name=value:
        pids=1,2,3           processes of hosts that run; without them it starts its own
        ports=1,2,3          where they listen; requests go to the first
        hosts=3              how many it starts
        port=18500           where the first of its own listens, the others behind it
        sandbox=DIR          where its own keep their files (target/counts)
        classPath=PATH       of its own hosts; that of this program
        jvm="ARGS"           arguments of their virtual machines
        clients=1,64         connections, each with one request under way
        seconds=4            how long each row is measured: half for all but system calls, half for these
        warmSeconds=10       how long each kind of request runs before that
        only=REGEX           names of operations, such as 'PATCH.*'
        threads              also the switches and processor time of threads by their names
      """;

  /** A thread that switches less often for an operation is left out. */
  private static final double SHOWN = 0.01;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final List<Long> clients;
  private final long nanos;
  private final long warmNanos;
  private final Pattern names;
  private final boolean threads;

  private OperationCounts(Arguments given) {
    this.clients = given.numbers("clients", "1,64");
    this.nanos = TimeUnit.MILLISECONDS.toNanos(500L * given.number("seconds", 4));
    this.warmNanos = TimeUnit.SECONDS.toNanos(given.number("warmSeconds", 10));
    this.names = Pattern.compile(given.text("only", ".*"));
    this.threads = given.flag("threads");
  }

  /** Counts; the arguments are {@link #USAGE}'s. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments given = new Arguments(args, USAGE);
    List<Long> pids = given.numbers("pids", "");
    List<Integer> ports = given.numbers("ports", "").stream().map(Long::intValue).toList();
    int hosts = given.number("hosts", 3);
    int port = given.number("port", 18_500);
    Launch launch =
        new Launch(
            Path.of(given.text("sandbox", "target/counts")),
            "",
            List.of(given.text("jvm", Launch.JVM).split(" ")),
            given.text("classPath", System.getProperty("java.class.path")),
            "");
    OperationCounts counts = new OperationCounts(given);
    given.end();
    if (!pids.isEmpty()) {
      counts.run(pids, ports);
      return;
    }
    Files.createDirectories(launch.sandbox());
    try (ClusterHosts started = new ClusterHosts(ClusterHosts.NAME, launch, port, hosts)) {
      for (int i = 0; i < hosts; i++) {
        started.await(i);
      }
      counts.run(started.pids(), started.ports());
    }
  }

  private void run(List<Long> pids, List<Integer> ports) throws IOException, InterruptedException {
    Map<String, RequestSource> operations;
    int first = ports.getFirst();
    try (HostClient asking = new HostClient();
        LoadClient making = new LoadClient(first, 1)) {
      Map<String, Integer> members = asking.members(first);
      operations =
          OwnedDocuments.of(
              making,
              "c" + ProcessHandle.current().pid(),
              ports.size() == 1,
              link -> members.getOrDefault(asking.owner(first, link), 0) == first);
    }
    out.printf(
        "%-24s %7s %9s %6s %9s %9s %9s %9s %9s %9s %9s%n",
        "operation",
        "clients",
        "per s",
        "failed",
        "switches",
        "CPU us",
        "client us",
        "packets",
        "bytes",
        "syscalls",
        "fsyncs");
    for (Map.Entry<String, RequestSource> operation : operations.entrySet()) {
      if (names.matcher(operation.getKey()).matches()) {
        try (LoadClient warm = new LoadClient(ports.getFirst(), 16)) {
          warm.run(operation.getValue(), warmNanos, Long.MAX_VALUE);
        }
        for (long connections : clients) {
          measure(pids, ports, operation, Math.toIntExact(connections));
        }
      }
    }
  }

  private void measure(
      List<Long> pids,
      List<Integer> ports,
      Map.Entry<String, RequestSource> operation,
      int connections)
      throws IOException {
    try (LoadClient senders = new LoadClient(ports.getFirst(), connections);
        Meter meter = Meter.open(pids, ports, false)) {
      // Tracing system calls takes time at each, so that there are two turns.
      LoadClient.Outcome outcome = senders.run(operation.getValue(), nanos, Long.MAX_VALUE);
      Meter.Counts counts = meter.read();
      try (Meter tracing = Meter.open(pids, ports, true)) {
        LoadClient.Outcome traced = senders.run(operation.getValue(), nanos, Long.MAX_VALUE);
        print(operation.getKey(), connections, outcome, counts);
        print(traced, tracing.read().calls());
      }
      if (threads) {
        print(outcome.requests(), counts.usage().byName());
      }
    }
  }

  private void print(
      String name, int connections, LoadClient.Outcome outcome, Meter.Counts counts) {
    double each = Math.max(1, outcome.requests());
    out.printf(
        Locale.ROOT,
        "%-24s %7d %9.0f %6d %9.2f %9.1f %9.1f %9s %9s",
        name,
        connections,
        outcome.perSecond(),
        outcome.failures(),
        counts.usage().switches() / each,
        counts.usage().cpuMicros() / each,
        outcome.clientNanos() / 1e3 / each,
        counts.sent().map(sent -> figure("%.2f", sent.packets() / each)).orElse("-"),
        counts.sent().map(sent -> figure("%.0f", sent.bytes() / each)).orElse("-"));
  }

  private void print(LoadClient.Outcome outcome, Optional<SystemCalls.Counted> calls) {
    double each = Math.max(1, outcome.requests());
    out.printf(
        Locale.ROOT,
        " %9s %9s%n",
        calls.map(counted -> figure("%.2f", counted.calls() / each)).orElse("-"),
        calls.map(counted -> figure("%.3f", counted.syncs() / each)).orElse("-"));
  }

  private void print(long requests, List<ThreadUsage> threads) {
    for (ThreadUsage thread : threads) {
      double switches = thread.switches() / (double) Math.max(1, requests);
      double micros = thread.cpuNanos() / 1e3 / Math.max(1, requests);
      if (switches >= SHOWN || micros >= 1) {
        out.printf(Locale.ROOT, "    %-36s %19.2f %9.1f%n", thread.name(), switches, micros);
      }
    }
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
