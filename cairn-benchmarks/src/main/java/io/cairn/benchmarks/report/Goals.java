// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.EtcdGroup;
import io.cairn.benchmarks.systems.XenonHosts;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What Cairn is to reach beside its peers, in one run on one machine. */
public final class Goals {

  static final String CAIRN = ClusterHosts.NAME;
  static final String ETCD = EtcdGroup.NAME;
  static final String XENON = XenonHosts.NAME;
  static final String NETTY = BareNetty.NAME;

  /** Names of facts that goals ask for. */
  public static final String IDLE_ALONE = "processor of an idle host, alone";

  /** The same in a group. */
  public static final String IDLE_OF_THREE = "processor of an idle host, one of three";

  /** How long {@code ./cairn start} takes. */
  public static final String START_EMPTY = "./cairn start to first 200, empty";

  /** The same with many documents. */
  public static final String START_FULL = "./cairn start to first 200, 1 million documents";

  /** After a kill. */
  public static final String FAILOVER = "until all documents of a killed host are written again";

  private static final int MANY = 64;
  private static final int SOME = 16;

  private static final List<Goal> ALL =
      List.of(
          Goal.atLeast("3 nodes PATCH, 1 client, to etcd (JSON gateway)", 1.5, toEtcd(1)),
          Goal.atLeast("the same, 16 clients", 2, toEtcd(SOME)),
          Goal.atLeast("the same, 64 clients", 3, toEtcd(MANY)),
          Goal.atLeast(
              "3 nodes POST, 64 clients, to PATCH",
              0.9,
              within(3, WorkKind.CREATE, WorkKind.PATCH, MANY)),
          Goal.atMost(
              "context switches a replicated PATCH, 1 client, all three nodes",
              "",
              16,
              Goal.of(3, CAIRN, WorkKind.PATCH.title(), 1, Round::switches)),
          Goal.atMost(
              "the same, 64 clients",
              "",
              2,
              Goal.of(3, CAIRN, WorkKind.PATCH.title(), MANY, Round::switches)),
          Goal.atMost(
              "CPU a replicated PATCH, 64 clients, all three nodes",
              " us",
              150,
              Goal.of(3, CAIRN, WorkKind.PATCH.title(), MANY, Round::cpuMicros)),
          Goal.atLeast(
              "GET at another node, to GET at the owner, 64 clients",
              0.6,
              within(3, WorkKind.GET_OTHER, WorkKind.GET, MANY)),
          Goal.atLeast(
              "one host PATCH over 1,000, 64 clients, to Xenon (no fsync there)",
              1.3,
              toPeer(XENON, WorkKind.PATCH, MANY)),
          Goal.atLeast(
              "one host PATCH, one connection, to Xenon", 1.1, toPeer(XENON, WorkKind.PATCH, 1)),
          Goal.atLeast(
              "one host POST, 64 clients, to Xenon", 2, toPeer(XENON, WorkKind.CREATE, MANY)),
          Goal.atLeast(
              "query by name of 100,000, 16 clients, to Xenon",
              1.5,
              toPeer(XENON, WorkKind.QUERY, SOME)),
          Goal.atLeast(
              "hot GET, 64 clients, to bare Netty", 0.9, toPeer(NETTY, WorkKind.GET, MANY)),
          Goal.atMost("idle, alone", "% of a core", 0.2, fact(IDLE_ALONE)),
          Goal.atMost("idle, in a group of three", "% of a core", 0.5, fact(IDLE_OF_THREE)),
          Goal.atMost("./cairn start to first 200, empty", " ms", 800, fact(START_EMPTY)),
          Goal.atMost("the same, 1 million documents", " ms", 1_200, fact(START_FULL)),
          Goal.atLeast("rate 20 s after start under load, to the warm rate", 0.8, Goals::early),
          Goal.atMost("failover: all documents writable again, median", " ms", 600, fact(FAILOVER)),
          Goal.atMost("the same, worst", " ms", 900, fact(FAILOVER)).atWorst());

  private Goals() {}

  /** The table of all goals. */
  public static List<Goal.Row> rows(Results results) {
    return ALL.stream().map(goal -> goal.row(results)).toList();
  }

  private static Function<Results, Optional<Spread>> toEtcd(int clients) {
    return to(3, ETCD, WorkKind.PATCH, clients);
  }

  private static Function<Results, Optional<Spread>> toPeer(
      String peer, WorkKind work, int clients) {
    return to(1, peer, work, clients);
  }

  private static Function<Results, Optional<Spread>> to(
      int hosts, String peer, WorkKind work, int clients) {
    return results ->
        Goal.ratio(
            results.cell(hosts, CAIRN, work.title(), clients),
            results.cell(hosts, peer, work.title(), clients));
  }

  private static Function<Results, Optional<Spread>> within(
      int hosts, WorkKind over, WorkKind under, int clients) {
    return results ->
        Goal.ratio(
            results.cell(hosts, CAIRN, over.title(), clients),
            results.cell(hosts, CAIRN, under.title(), clients));
  }

  private static Function<Results, Optional<Spread>> fact(String name) {
    return results -> results.fact(CAIRN, name);
  }

  private static Optional<Spread> early(Results results) {
    return results
        .curve(CAIRN)
        .filter(curve -> curve.early() >= 0 && curve.warm() > 0)
        .map(curve -> Spread.of(List.of(curve.early() / curve.warm())));
  }
}
