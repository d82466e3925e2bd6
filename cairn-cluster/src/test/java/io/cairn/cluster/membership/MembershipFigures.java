// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.VirtualCluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Prints what membership costs and how fast it is, on a virtual clock and network (messages take
 * up to 2 ms): figures of the protocol, not of a machine. Arguments: numbers of nodes.
 */
final class MembershipFigures {

  private MembershipFigures() {}

  /** Prints all figures for each number of nodes. */
  public static void main(String[] arguments) {
    MembershipSettings settings = MembershipSettings.defaults();
    for (String argument : arguments) {
      int nodes = Integer.parseInt(argument);
      traffic(settings, nodes);
      detection(settings, nodes, nodes > 9 ? 20 : 60);
      loss(settings, nodes, 0.01);
      loss(settings, nodes, 0.1);
      pauses(settings, nodes);
    }
  }

  private static VirtualCluster formed(MembershipSettings settings, int nodes, int seed) {
    VirtualCluster cluster = new VirtualCluster(settings, seed).startAll(nodes);
    if (!cluster.convergesWithin(Duration.ofSeconds(60))) {
      throw new IllegalStateException("not converged");
    }
    return cluster;
  }

  private static void traffic(MembershipSettings settings, int nodes) {
    VirtualCluster cluster = formed(settings, nodes, 1);
    long started = cluster.time.nowMillis();
    long toStart = sum(cluster, traffic -> traffic.sent());
    cluster.time.advance(Duration.ofSeconds(10));
    long toSettle = sum(cluster, traffic -> traffic.sent());
    long bytes = sum(cluster, traffic -> traffic.sentBytes());
    long seconds = 60;
    cluster.time.advance(Duration.ofSeconds(seconds));
    double perNode = (sum(cluster, t -> t.sent()) - toSettle) / (double) (seconds * nodes);
    double bytesPerNode = (sum(cluster, t -> t.sentBytes()) - bytes) / (double) (seconds * nodes);
    System.out.printf(
        "%2d nodes: all together after %d ms, %d messages a node (%d until settled);"
            + " at rest %.1f messages and %.0f bytes a second and node%n",
        nodes, started, toStart / nodes, toSettle / nodes, perNode, bytesPerNode);
    Member one = cluster.members.getFirst();
    cluster.clearStories();
    long changed = cluster.time.nowMillis();
    one.membership().updateMetadata(java.util.Map.of("changed", "yes"));
    cluster.time.advanceUntil(
        () -> cluster.members.stream().skip(1).noneMatch(m -> m.events().isEmpty()),
        Duration.ofSeconds(30));
    System.out.printf(
        "%2d nodes: a change of metadata is known to all after %d ms%n",
        nodes, cluster.time.nowMillis() - changed);
  }

  private interface Count {
    long of(MembershipTraffic traffic);
  }

  private static long sum(VirtualCluster cluster, Count count) {
    return cluster.members.stream().mapToLong(m -> count.of(m.membership().traffic())).sum();
  }

  private static void detection(MembershipSettings settings, int nodes, int kills) {
    List<Long> suspected = new ArrayList<>();
    List<Long> first = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      VirtualCluster cluster = formed(settings, nodes, i);
      cluster.time.advance(Duration.ofMillis(5_000 + new Random(i).nextInt(1_000)));
      cluster.clearStories();
      Member victim = cluster.members.get(i % nodes);
      String launch = victim.membership().self().launchId();
      long killed = cluster.time.nowMillis();
      cluster.kill(victim);
      cluster.time.advance(Duration.ofSeconds(20));
      suspected.add(times(cluster, "suspected " + launch).min().orElseThrow() - killed);
      first.add(times(cluster, "CRASH " + launch).min().orElseThrow() - killed);
      last.add(times(cluster, "CRASH " + launch).max().orElseThrow() - killed);
    }
    System.out.printf(
        "%2d nodes: kill to suspicion %s, to the first that gives up %s, to the last %s%n",
        nodes, spread(suspected), spread(first), spread(last));
  }

  private static LongStream times(VirtualCluster cluster, String word) {
    return cluster.members.stream().mapToLong(member -> member.millisOf(word));
  }

  private static String spread(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    LongSupplier median = () -> sorted.get(sorted.size() / 2);
    return median.getAsLong() + " ms (" + sorted.getFirst() + " to " + sorted.getLast() + ")";
  }

  private static void loss(MembershipSettings settings, int nodes, double share) {
    VirtualCluster cluster = formed(settings, nodes, 3);
    cluster.network.lose(share);
    disturbed(cluster, "loss of " + Math.round(share * 100) + "%");
  }

  private static void pauses(MembershipSettings settings, int nodes) {
    VirtualCluster cluster = formed(settings, nodes, 4);
    Random random = new Random(4);
    for (Member member : cluster.members) {
      cluster.time.node().schedulePeriodically(
          () -> member.node().pause(Duration.ofMillis(300)),
          random.nextInt(3_000),
          3_000,
          java.util.concurrent.TimeUnit.MILLISECONDS);
    }
    disturbed(cluster, "a pause of 300 ms every 3 s on each");
  }

  private static void disturbed(VirtualCluster cluster, String what) {
    cluster.clearStories();
    int minutes = cluster.members.size() > 9 ? 5 : 20;
    cluster.time.advance(Duration.ofMinutes(minutes));
    double hours = minutes / 60.0;
    System.out.printf(
        "%2d nodes, %s: %.1f suspicions heard by a node in an hour, %.2f wrongly given up%n",
        cluster.members.size(),
        what,
        words(cluster, "suspected") / hours / cluster.members.size(),
        words(cluster, "CRASH") / hours / cluster.members.size());
  }

  private static double words(VirtualCluster cluster, String kind) {
    return cluster.members.stream()
        .flatMap(member -> member.story().stream())
        .filter(word -> word.startsWith(kind))
        .count();
  }
}
