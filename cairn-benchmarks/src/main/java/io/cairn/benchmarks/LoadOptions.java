// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  private static final String DEFAULT_JVM =
      "-Xms1g -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"
          + " --add-modules=jdk.incubator.vector";

  static LoadOptions parse(String[] args) {
    Map<String, String> given = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException(arg + " is not of the form --name=value\n" + USAGE);
      }
      given.put(arg.substring(2, equals), arg.substring(equals + 1));
    }
    LoadOptions options =
        new LoadOptions(
            Path.of(take(given, "sandbox", "target/load-run")),
            Integer.parseInt(take(given, "port", "18400")),
            Integer.parseInt(take(given, "connections", "32")),
            Integer.parseInt(take(given, "seconds", "5")),
            Integer.parseInt(take(given, "warmSeconds", "5")),
            Long.parseLong(take(given, "documents", "100000")),
            take(given, "serverCore", "0"),
            List.of(take(given, "jvm", DEFAULT_JVM).split(" ")),
            Integer.parseInt(take(given, "kills", "20")),
            take(given, "only", "").equals("kills"),
            take(given, "json", ""));
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("Unknown: " + given.keySet() + "\n" + USAGE);
    }
    return options;
  }

  private static String take(Map<String, String> given, String name, String otherwise) {
    String value = given.remove(name);
    return value == null ? otherwise : value;
  }
}
