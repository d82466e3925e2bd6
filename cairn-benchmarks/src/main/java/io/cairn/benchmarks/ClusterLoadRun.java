// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.Phases;
import io.cairn.benchmarks.load.Phases.Phase;
import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.systems.ClusterHosts;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Loads one host, then three that replicate, with the same clients, and kills and restarts hosts of
 * the three. See {@code docs/performance.md}.
 */
public final class ClusterLoadRun {

  private static final int HOSTS = 3;
  private static final List<String> PHASES = List.of("PATCH over 1,000", "POST", "GET over 1,000");

  private final LoadOptions options;
  private final LoadReport report;

  private ClusterLoadRun(LoadOptions options, LoadReport report) {
    this.options = options;
    this.report = report;
  }

  /** Runs all phases; {@link LoadOptions#USAGE} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    LoadReport.run(args, (options, report) -> new ClusterLoadRun(options, report).run());
  }

  private void run() throws IOException, InterruptedException {
    report.begin();
    if (!options.killsOnly()) {
      try (ClusterHosts one = new ClusterHosts(options.launch(), options.port(), 1)) {
        load(one, "one host: ", new Phases());
      }
    }
    try (ClusterHosts three = new ClusterHosts(options.launch(), options.port() + 10, HOSTS)) {
      Phases phases = new Phases();
      load(three, "three hosts: ", phases);
      if (!options.killsOnly()) {
        readsByOwner(three);
        ratios();
      }
      if (options.kills() > 0) {
        new Kills(three, report).run(options.kills());
      }
      if (!options.killsOnly()) {
        try (LoadClient clients = new LoadClient(three.ports(), options.connections())) {
          phases.fill(clients, options.documents());
        }
        new Joins(three, report).run(phases.created());
      }
    }
  }

  private void load(ClusterHosts hosts, String prefix, Phases phases)
      throws IOException, InterruptedException {
    for (int i = 0; i < hosts.count(); i++) {
      hosts.await(i);
    }
    try (LoadClient clients = new LoadClient(hosts.ports(), options.connections())) {
      phases.prepare(clients);
      for (String name : options.killsOnly() ? List.<String>of() : PHASES) {
        Phase phase = phases.writing(name);
        report.measure(hosts::cpuMicros, clients, prefix + name, phase.requests());
      }
    }
  }

  private void readsByOwner(ClusterHosts hosts) throws IOException, InterruptedException {
    int owner = Math.max(0, hosts.owner(0, Requests.HOT));
    byte[] get = Requests.get(Requests.HOT);
    try (LoadClient at = new LoadClient(hosts.port(owner), options.connections());
        LoadClient beside =
            new LoadClient(hosts.port((owner + 1) % HOSTS), options.connections())) {
      report.measure(hosts::cpuMicros, at, "three hosts: GET at the owner", () -> get);
      report.measure(hosts::cpuMicros, beside, "three hosts: GET at another", () -> get);
    }
  }

  private void ratios() {
    report.out().printf(Locale.ROOT, "%n");
    for (String phase : PHASES) {
      report
          .out()
          .printf(
              Locale.ROOT,
              "%s: three hosts / one host: %.0f%%%n",
              phase,
              100 * report.rate("three hosts: " + phase) / report.rate("one host: " + phase));
    }
    report.out().printf(Locale.ROOT, "load now %.1f%n%n", LoadReport.load());
  }
}
