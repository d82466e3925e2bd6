// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.systems.Launch;
import java.nio.file.Path;
import java.util.List;

/**
 * What a load run is asked to do.
 *
 * @param sandbox an empty or missing directory for the server's files
 * @param port where the server listens; the bare server takes the next
 * @param connections how many clients
 * @param seconds how long each phase is measured
 * @param warmSeconds how long it runs before that
 * @param documents how many documents lists and queries work on
 * @param serverCore the server's core, empty for any
 * @param jvm arguments of the servers' virtual machines
 * @param kills how often a cluster's host is killed
 * @param json where the results go as JSON, empty for nowhere
 */
record LoadOptions(
    Path sandbox,
    int port,
    int connections,
    int seconds,
    int warmSeconds,
    long documents,
    String serverCore,
    List<String> jvm,
    int kills,
    boolean killsOnly,
    String json) {

  static final String USAGE =
      """
      Options, each as --name=value:
        sandbox=DIR          where the server keeps its files (target/load-run); must not exist
        port=18400           where the server listens; the bare server takes the next one
        connections=32       clients, each with one request under way
        seconds=5            how long a phase is measured
        warmSeconds=5        how long it runs before that
        documents=100000     what lists and queries work on
        serverCore=0         core for the servers; empty for all. Pin this process with taskset
        jvm="ARGS"           arguments of the servers' virtual machines
        kills=20             how often the cluster run kills a host (0 for never)
        only=kills           nothing but the kills of the cluster run
        json=FILE            write the results there, too
      """;

  static LoadOptions parse(String[] args) {
    Arguments given = new Arguments(args, USAGE);
    LoadOptions options =
        new LoadOptions(
            Path.of(given.text("sandbox", "target/load-run")),
            given.number("port", 18400),
            given.number("connections", 32),
            given.number("seconds", 5),
            given.number("warmSeconds", 5),
            given.number("documents", 100_000),
            given.text("serverCore", "0"),
            List.of(given.text("jvm", Launch.JVM).split(" ")),
            given.number("kills", 20),
            given.text("only", "").equals("kills"),
            given.text("json", ""));
    given.end();
    return options;
  }

  /** How its servers are started. */
  Launch launch() {
    return new Launch(sandbox, serverCore, jvm, System.getProperty("java.class.path"));
  }
}
