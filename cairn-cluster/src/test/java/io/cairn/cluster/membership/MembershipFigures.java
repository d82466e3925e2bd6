// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.MembershipEvent.Left;
import io.cairn.cluster.membership.MembershipEvent.Suspected;
import io.cairn.cluster.membership.VirtualCluster.Member;
import io.cairn.cluster.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Prints what membership costs and how fast it is, on a virtual clock and network (messages take up
 * to 2 ms): figures of the protocol, not of a machine. Arguments: a preset, numbers of nodes and,
 * if not all are wanted, names of figures, such as {@code starvation}.
 */
final class MembershipFigures {

  private static final int KILLS = 100;
  private static final int CHANGES = 50;
  private static final int PAUSES = 40;
  private static final int STARVATIONS = 20;
  private static final Duration STARVED = Duration.ofMinutes(4);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final MembershipSettings settings;
  private final String title;
  private final int nodes;
  private final Random random = new Random(11);

  private MembershipFigures(String preset, int nodes) {
    this.settings = MembershipSettings.preset(preset);
    this.title = preset + ", " + nodes + " nodes";
    this.nodes = nodes;
  }

  /** Prints the figures of a preset that were asked for, all without a name, for each number. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments).subList(1, arguments.length);
    Map<Boolean, List<String>> sorted =
        words.stream().collect(Collectors.partitioningBy(word -> word.matches("\\d+")));
    for (String nodes : sorted.get(true)) {
      MembershipFigures figures = new MembershipFigures(arguments[0], Integer.parseInt(nodes));
      Map<String, Runnable> all = new LinkedHashMap<>();
      all.put("rest", figures::rest);
      all.put("crashes", figures::crashes);
      all.put("changes", figures::changes);
      all.put("joins", figures::joinsAndLeaves);
      all.put("losses", figures::losses);
      all.put("pauses", figures::pauses);
      all.put("starvation", figures::starvation);
      all.forEach(
          (name, print) -> {
            if (sorted.get(false).isEmpty() || sorted.get(false).contains(name)) {
              print.run();
            }
          });
    }
  }

  private void print(String line) {
    System.out.println(title + ": " + line);
  }

  private VirtualCluster formed(int seed) {
    VirtualCluster cluster = new VirtualCluster(settings, seed).startAll(nodes);
    converged(cluster);
    return cluster;
  }

  private static void converged(VirtualCluster cluster) {
    if (!cluster.convergesWithin(LONG)) {
      throw new IllegalStateException("not converged");
    }
  }

  /** Lets some seconds pass that are no multiple of any interval. */
  private void settle(VirtualCluster cluster) {
    cluster.time.advance(settings.pingInterval().multipliedBy(5).plusMillis(random.nextInt(5_000)));
  }

  private void rest() {
    VirtualCluster cluster = formed(1);
    long formation = cluster.time.millis();
    cluster.time.advance(Duration.ofSeconds(30));
    long messages = sum(cluster, MembershipTraffic::sent);
    long bytes = sum(cluster, MembershipTraffic::sentBytes);
    Duration span = settings.syncInterval().multipliedBy(20);
    cluster.time.advance(span);
    double nodeSeconds = nodes * (double) span.toSeconds();
    print(
        String.format(
            Locale.ROOT,
            "all together after %d ms; at rest %.1f messages and %.0f bytes a second and node;"
                + " largest message %d bytes",
            formation,
            (sum(cluster, MembershipTraffic::sent) - messages) / nodeSeconds,
            (sum(cluster, MembershipTraffic::sentBytes) - bytes) / nodeSeconds,
            cluster.network.largestMessage()));
  }

  private static long sum(VirtualCluster cluster, ToLongFunction<MembershipTraffic> count) {
    return cluster.members.stream()
        .mapToLong(member -> count.applyAsLong(member.membership().traffic()))
        .sum();
  }

  private void crashes() {
    VirtualCluster cluster = formed(2);
    List<Long> suspected = new ArrayList<>();
    List<Long> first = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      settle(cluster);
      cluster.clearStories();
      Member victim = cluster.members.getFirst();
      String launch = victim.membership().self().launchId();
      long killed = cluster.time.millis();
      cluster.kill(victim);
      converged(cluster);
      suspected.add(first(cluster, "suspected " + launch) - killed);
      first.add(first(cluster, "CRASH " + launch) - killed);
      last.add(last(cluster, "CRASH " + launch) - killed);
      String nodeId = victim.membership().self().nodeId();
      cluster.start(nodeId, victim.address(), VirtualCluster.addresses(nodes));
      converged(cluster);
    }
    print("crash to the first suspicion " + spread(suspected));
    print("crash to the first who gives it up " + spread(first));
    print("crash to the last who gives it up " + spread(last));
  }

  private static long first(VirtualCluster cluster, String word) {
    return cluster.members.stream()
        .filter(member -> member.heard(word))
        .mapToLong(member -> member.millisOf(word))
        .min()
        .orElseThrow();
  }

  private static long last(VirtualCluster cluster, String word) {
    return cluster.members.stream().mapToLong(member -> member.millisOf(word)).max().orElseThrow();
  }

  private static String spread(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    return String.format(
        Locale.ROOT,
        "median %d, 99%% below %d, at most %d ms",
        sorted.get(size / 2),
        sorted.get((int) (size * 0.99) - 1),
        sorted.getLast());
  }

  private void changes() {
    VirtualCluster cluster = formed(3);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      settle(cluster);
      cluster.clearStories();
      Member one = cluster.members.get(i % nodes);
      long changed = cluster.time.millis();
      one.membership().updateMetadata(Map.of("change", Integer.toString(i)));
      String word = "updated " + one.membership().self().launchId();
      if (!cluster.holdsWithin(() -> allHeard(cluster, one, word), LONG)) {
        throw new IllegalStateException("a change was not heard");
      }
      cluster.members.stream()
          .filter(member -> member.membership() != one.membership())
          .mapToLong(member -> member.millisOf(word) - changed)
          .max()
          .ifPresent(times::add);
    }
    print("change of metadata to the last who hears " + spread(times));
  }

  private static boolean allHeard(VirtualCluster cluster, Member except, String word) {
    return cluster.members.stream()
        .allMatch(member -> member.membership() == except.membership() || member.heard(word));
  }

  private void joinsAndLeaves() {
    VirtualCluster cluster = formed(4);
    List<Long> joins = new ArrayList<>();
    List<Long> leaves = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      settle(cluster);
      cluster.clearStories();
      long started = cluster.time.millis();
      Member guest =
          cluster.start(
              "guest", VirtualCluster.address(500 + i), VirtualCluster.address(1 + i % nodes));
      converged(cluster);
      cluster.members.removeLast();
      String launch = guest.membership().self().launchId();
      joins.add(last(cluster, "joined " + launch) - started);
      long left = cluster.time.millis();
      var _ = guest.membership().leave();
      converged(cluster);
      leaves.add(last(cluster, "LEAVE " + launch) - left);
      cluster.time.advance(settings.leaveTimeout());
    }
    print("start of one more to the last who has it " + spread(joins));
    print("good-bye to the last who hears " + spread(leaves));
  }

  private void losses() {
    for (double share : List.of(0.0, 0.01, 0.1)) {
      VirtualCluster cluster = formed(5);
      cluster.clearStories();
      cluster.network.lose(share);
      cluster.time.advance(LONG);
      double nodeMinutes = nodes * (double) LONG.toMinutes();
      print(
          String.format(
              Locale.ROOT,
              "loss of %.0f%%: heard by a node in a minute: wrong suspicions %.3f,"
                  + " wrong give-ups %.4f",
              share * 100,
              count(cluster, event -> event instanceof Suspected) / nodeMinutes,
              count(cluster, event -> event instanceof Left) / nodeMinutes));
    }
  }

  private static double count(VirtualCluster cluster, Predicate<MembershipEvent> which) {
    return count(cluster.members, which);
  }

  private void pauses() {
    for (int millis : List.of(300, 1_000, 2_000, 5_000, 10_000)) {
      VirtualCluster cluster = formed(6);
      cluster.clearStories();
      int suspected = 0;
      int givenUp = 0;
      double others = 0;
      double othersGivenUp = 0;
      for (int i = 0; i < PAUSES; i++) {
        settle(cluster);
        Member paused = cluster.members.get(i % nodes);
        String launch = paused.membership().self().launchId();
        paused.node().pause(Duration.ofMillis(millis));
        cluster.time.advance(Duration.ofMillis(millis).plus(settings.pingInterval()));
        converged(cluster);
        suspected += heardBySomebody(cluster, "suspected " + launch);
        givenUp += heardBySomebody(cluster, "CRASH " + launch);
        others += count(cluster, e -> e instanceof Suspected && !isOf(e, launch));
        othersGivenUp += count(cluster, e -> e instanceof Left && !isOf(e, launch));
        cluster.clearStories();
      }
      print(
          String.format(
              Locale.ROOT,
              "pause of %d ms of one node: suspected %d, given up %d of %d times;"
                  + " others per pause: suspicions heard by a node %.3f, give-ups %.4f",
              millis,
              suspected,
              givenUp,
              PAUSES,
              others / PAUSES / nodes,
              othersGivenUp / PAUSES / nodes));
    }
  }

  /**
   * Lifeguard's case: some members get hardly any processor time for minutes. In the middle of it a
   * member that is well crashes.
   */
  private void starvation() {
    Starvation total = new Starvation();
    int starved = Math.max(1, nodes / 4);
    for (int i = 0; i < STARVATIONS; i++) {
      starve(formed(100 + i), starved, total);
    }
    double runs = STARVATIONS;
    print(
        String.format(
            Locale.ROOT,
            "%d starved for %d s, each time: suspicions of well members heard by well ones %.2f and"
                + " by starved ones %.2f; well members given up by well ones %.2f and by starved"
                + " ones %.2f; starved ones given up by well ones %.2f",
            starved,
            STARVED.toSeconds(),
            total.suspectedByWell / runs,
            total.suspectedByStarved / runs,
            total.givenUpByWell / runs,
            total.givenUpByStarved / runs,
            total.starvedGivenUp / runs));
    print("starved: crash to the first well member who gives it up " + spread(total.first));
    print("starved: crash to the last well member who gives it up " + spread(total.last));
  }

  private static final class Starvation {
    final List<Long> first = new ArrayList<>();
    final List<Long> last = new ArrayList<>();
    double suspectedByWell;
    double suspectedByStarved;
    double givenUpByWell;
    double givenUpByStarved;
    double starvedGivenUp;
  }

  private void starve(VirtualCluster cluster, int starved, Starvation total) {
    settle(cluster);
    cluster.clearStories();
    List<Member> slow = List.copyOf(cluster.members.subList(0, starved));
    long end = cluster.time.millis() + STARVED.toMillis();
    slow.forEach(member -> stall(cluster, member, end));
    cluster.time.advance(STARVED.dividedBy(2).plusMillis(random.nextInt(5_000)));
    Member victim = cluster.members.getLast();
    cluster.kill(victim);
    long killed = cluster.time.millis();
    cluster.time.advance(Duration.ofMillis(end - killed));
    List<Member> well = cluster.members.stream().filter(member -> !slow.contains(member)).toList();
    Predicate<MembershipEvent> ofWell =
        event -> well.stream().anyMatch(one -> isOf(event, one.membership().self().launchId()));
    Predicate<MembershipEvent> ofSlow =
        event -> slow.stream().anyMatch(one -> isOf(event, one.membership().self().launchId()));
    total.suspectedByWell += count(well, ofWell.and(event -> event instanceof Suspected));
    total.suspectedByStarved += count(slow, ofWell.and(event -> event instanceof Suspected));
    total.givenUpByWell += count(well, ofWell.and(event -> event instanceof Left));
    total.givenUpByStarved += count(slow, ofWell.and(event -> event instanceof Left));
    total.starvedGivenUp += count(well, ofSlow.and(event -> event instanceof Left));
    String word = "CRASH " + victim.membership().self().launchId();
    List<Long> times =
        well.stream().map(member -> member.millisOf(word) - killed).sorted().toList();
    total.first.add(times.getFirst());
    total.last.add(times.getLast());
  }

  /** Has a member stand still most of the time: for 0.1 to 5 s, then run for 1 to 512 ms. */
  private void stall(VirtualCluster cluster, Member member, long end) {
    int stall = 100 + random.nextInt(4_900);
    if (cluster.time.millis() + stall < end) {
      member.node().pause(Duration.ofMillis(stall));
      cluster.time.after(
          (stall + (1L << random.nextInt(10))) * VirtualTime.MILLIS,
          () -> stall(cluster, member, end));
    }
  }

  private static double count(List<Member> listeners, Predicate<MembershipEvent> which) {
    return listeners.stream().flatMap(one -> one.events().stream()).filter(which).count();
  }

  private static boolean isOf(MembershipEvent event, String launch) {
    return event.member().launchId().equals(launch);
  }

  private static int heardBySomebody(VirtualCluster cluster, String word) {
    return cluster.members.stream().anyMatch(member -> member.heard(word)) ? 1 : 0;
  }
}
