// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a comparison is asked to do.
 *
 * @param sandbox a new directory for all files
 * @param port the first of some hundred that servers listen at
 * @param quick whether a rough answer will do
 * @param parts which parts are measured
 * @param systems which systems take part
 * @param clients how many clients, in turn
 * @param rounds how many turns each system has at each work
 * @param turn how long one is
 * @param warmth how long each system does all kinds of work before, for each of its hosts
 * @param documents what listings and queries work on
 * @param million how many documents a host is restarted with at last
 * @param watchers how many watch at once
 * @param updates how many documents are changed in a second meanwhile
 * @param kills how often a host is killed
 * @param minutes how long the rate after a start is watched
 * @param limit how long all of it may take
 * @param home where Cairn was built
 * @param jvm arguments of Cairn's virtual machines
 * @param jdk17 the directory of a JDK 17; empty to have one looked for
 * @param etcd the program of etcd; empty to have it looked for
 * @param json where results go as JSON
 * @param from results of an earlier run, to be written instead of measured; empty for none
 * @param docs whether to write the results into the documentation
 */
record ComparisonOptions(
    Path sandbox,
    int port,
    boolean quick,
    Pattern parts,
    Pattern systems,
    List<Long> clients,
    int rounds,
    Duration turn,
    Duration warmth,
    int documents,
    int million,
    int watchers,
    int updates,
    int kills,
    Duration minutes,
    Duration limit,
    Path home,
    List<String> jvm,
    String jdk17,
    String etcd,
    String json,
    String from,
    boolean docs) {

  private static final String COMMON =
      """
        sandbox=DIR          a new directory for all files (target/comparison)
        json=FILE            results (SANDBOX/results.json)
        docs                 writes tables and charts into docs/performance.md and docs/images, too
        from=FILE            measures nothing: takes the results of an earlier run
        rounds=3             turns of each system at each work          (quick: 2)
        turnMillis=1500      length of a turn                           (quick: 400)
        warmSeconds=60       how long each host is warmed up before     (quick: 8)
        documents=100000     what listings and queries work on          (quick: 20000)
        minutes=60           limit; what does not fit is left out       (quick: 8)
        home=DIR             where Cairn was built with ./cairn build (.)
        jdk17=DIR            a JDK 17 for Xenon (one in /usr/lib/jvm)
        port=27000           the first of some ports that servers take
        jvm="ARGS"           arguments of Cairn's virtual machines, but where ./cairn starts them
      """;

  /** What is compared. */
  enum Kind {
    /** Updates and reads, beside Xenon, etcd and ceilings. */
    PEERS(
        "(?!join|restart).*",
        "1,16,64",
        """
        Compares Cairn with Xenon, etcd and bare ceilings, and writes what came of it. Options, each as --name=value:
          quick                a rough answer in less than 8 minutes; all of it takes less than 60
          only=REGEX           parts: ceilings, start, one, three, idle, failover, join, minutes, restart
                               (quick: all but join and restart)
          systems=REGEX        Cairn, Xenon, etcd, bare Netty (.*); what is not installed is left out in any case
          clients=1,16,64      clients, each with one request under way
          million=1000000      documents of the last restart              (quick: 50000)
          kills=20             how often a host is killed                 (quick: 3)
          watchSeconds=120     how long the rate after a start is watched (quick: 30)
          etcd=FILE            the program of etcd (the one on the PATH)
        """),
    /** Queries and watchers, beside Xenon and bare Lucene. */
    QUERIES(
        "(?!million).*",
        "1,16",
        """
        Compares Cairn's queries, indexing and watching with Xenon and bare Lucene. Options, each as --name=value:
          quick                a rough answer in less than 8 minutes; all of it takes less than 60
          only=REGEX           parts: indexing, queries, million, watching (quick: all but million)
          systems=REGEX        Cairn, Xenon, bare Lucene (.*); what is not installed is left out in any case
          clients=1,16         clients, each with one request under way
          million=1000000      documents of the second round of queries   (quick: 50000)
          watchers=1000        how many watch at once                     (quick: 200)
          updates=2000         updates in a second meanwhile              (quick: 400)
        """),
    /** A host that asks who its clients are, beside one that does not. */
    SECURITY(
        ".*",
        "16,64",
        """
        Compares hosts with and without authorization. Options, each as --name=value:
          quick                a rough answer in 4 minutes; all of it takes less than 15
          only=REGEX           names of works, such as 'get one.*'
          clients=16,64        clients, each with one request under way
          Here warmSeconds is 20 and rounds is 5 (quick: 6 and 3).
        """) {
      @Override
      String systems() {
        return ClusterHosts.NAME + ".*";
      }

      @Override
      int pick(String name, boolean quick, int usual) {
        return switch (name) {
          case "minutes" -> quick ? 4 : 15;
          case "warmSeconds" -> quick ? 6 : 20;
          case "rounds" -> quick ? 3 : 5;
          default -> usual;
        };
      }
    };

    private final String quickParts;
    private final String clients;
    private final String usage;

    Kind(String quickParts, String clients, String usage) {
      this.quickParts = quickParts;
      this.clients = clients;
      this.usage = usage;
    }

    String usage() {
      return usage + COMMON;
    }

    /** The systems that take part if nothing is said. */
    String systems() {
      return ".*";
    }

    /** The default of an option, where this kind has another one than is usual. */
    int pick(String name, boolean quick, int usual) {
      return usual;
    }
  }

  static ComparisonOptions parse(String[] args, Kind kind) {
    Arguments given = new Arguments(args, kind.usage());
    boolean quick = given.flag("quick");
    Path sandbox = Path.of(given.text("sandbox", "target/comparison")).toAbsolutePath();
    ComparisonOptions options =
        new ComparisonOptions(
            sandbox,
            given.number("port", 27_000),
            quick,
            Pattern.compile(given.text("only", quick ? kind.quickParts : ".*")),
            Pattern.compile(given.text("systems", kind.systems())),
            given.numbers("clients", kind.clients),
            given.number("rounds", kind.pick("rounds", quick, quick ? 2 : 3)),
            Duration.ofMillis(given.number("turnMillis", quick ? 400 : 1_500)),
            Duration.ofSeconds(
                given.number("warmSeconds", kind.pick("warmSeconds", quick, quick ? 8 : 60))),
            given.number("documents", quick ? 20_000 : 100_000),
            given.number("million", quick ? 50_000 : 1_000_000),
            given.number("watchers", quick ? 200 : 1_000),
            given.number("updates", quick ? 400 : 2_000),
            given.number("kills", quick ? 3 : 20),
            Duration.ofSeconds(given.number("watchSeconds", quick ? 30 : 120)),
            Duration.ofMinutes(
                given.number("minutes", kind.pick("minutes", quick, quick ? 8 : 60))),
            Path.of(given.text("home", ".")).toAbsolutePath().normalize(),
            List.of(given.text("jvm", Launch.JVM).split(" ")),
            given.text("jdk17", ""),
            given.text("etcd", ""),
            given.text("json", sandbox.resolve("results.json").toString()),
            given.text("from", ""),
            given.flag("docs"));
    given.end();
    return options;
  }

  /** Whether a part is to be measured. */
  boolean wants(String part) {
    return parts.matcher(part).matches();
  }

  /** Whether a system takes part. */
  boolean includes(String system) {
    return systems.matcher(system).matches();
  }

  /** How Cairn's hosts are started from this class path. */
  Launch launch() {
    return new Launch(sandbox, "", jvm, System.getProperty("java.class.path"), "");
  }
}
