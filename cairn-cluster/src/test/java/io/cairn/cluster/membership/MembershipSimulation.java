// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.ClusterMember.State;
import io.cairn.cluster.membership.MembershipEvent.Joined;
import io.cairn.cluster.membership.MembershipEvent.Left;
import io.cairn.cluster.membership.MembershipEvent.Suspected;
import io.cairn.cluster.membership.VirtualCluster.Member;
import io.cairn.cluster.membership.WireMessage.Claim;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * One run of a group whose nodes crash, restart, leave, stand still and say other things, over a
 * network that loses, delays, repeats, reorders and cuts. All that happens follows from the seed.
 *
 * <p>It holds at all times that the incarnation of which a node tells never goes back, that a
 * launch that was given up when it was dead never comes back, whatever old gossip is repeated, and
 * that events come in the promised order; where nothing is lost and nobody stands still, that
 * nobody who lives is suspected; and where little is, that nobody who lives is given up. In the end
 * the network is mended, and everybody lists exactly those who live, with what they say, and
 * suspects nobody.
 */
final class MembershipSimulation {

  private static final Duration CONVERGENCE = Duration.ofSeconds(40);
  private static final int REPLAYS = 64;

  /** How hard a life is. */
  private enum Weather {
    CALM,
    MILD,
    WILD
  }

  private final long seed;
  private final Random random;
  private final Weather weather;
  private final VirtualCluster cluster;
  private final URI[] seeds;
  private final List<Member> everybody = new ArrayList<>();

  /** When launches ended, in milliseconds. */
  private final Map<String, Long> ends = new HashMap<>();

  /** Incarnations that nodes have told of, by their address and launch. */
  private final Map<URI, Map<String, Integer>> told = new HashMap<>();

  /** Deliveries of messages of before, to be made again. */
  private final List<Runnable> old = new ArrayList<>();

  private final List<String> trace = new ArrayList<>();
  private int changes;
  private long calmUntil;

  /** A law was broken. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Violation(String message) {
      super(message);
    }
  }

  private MembershipSimulation(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.weather = Weather.values()[(int) Math.floorMod(seed, 3L)];
    this.cluster = new VirtualCluster(MembershipSettings.defaults(), seed);
    this.seeds = VirtualCluster.addresses(2 + random.nextInt(5));
  }

  /**
   * Runs a seed.
   *
   * @return what happened
   * @throws Violation if a law was broken
   */
  static List<String> run(long seed) {
    return new MembershipSimulation(seed).run();
  }

  private List<String> run() {
    cluster.network.watch(this::sent);
    for (int i = 1; i <= seeds.length; i++) {
      start(i);
    }
    require(cluster.convergesWithin(CONVERGENCE), "the group did not form");
    cluster.network.delayUpToMillis(weather == Weather.WILD ? 1 + random.nextInt(400) : 20);
    int accidents = 5 + random.nextInt(20);
    for (int i = 0; i < accidents; i++) {
      accident();
      cluster.time.advance(Duration.ofMillis(random.nextInt(2_500)));
    }
    cluster.network.heal();
    cluster.network.lose(0);
    cluster.network.duplicate(0);
    cluster.network.delayUpToMillis(20);
    trace("mended");
    require(cluster.holdsWithin(this::isTrue, CONVERGENCE), "no agreement: " + views());
    cluster.time.advance(Duration.ofSeconds(10));
    require(isTrue(), "agreement was lost: " + views());
    everybody.forEach(this::checkStory);
    return trace;
  }

  private void accident() {
    Member victim = cluster.members.get(random.nextInt(cluster.members.size()));
    switch (random.nextInt(9)) {
      case 0 -> crash(victim);
      case 1 -> leave(victim);
      case 2, 3 -> startAnother();
      case 4 -> say(victim);
      case 5 -> stall(victim);
      case 6 -> disturb();
      case 7 -> cut();
      default -> replay();
    }
  }

  private void start(int number) {
    Member member = cluster.start("n" + number, VirtualCluster.address(number), seeds);
    everybody.add(member);
    told.remove(member.address());
    trace("start " + launch(member));
  }

  private void startAnother() {
    Set<URI> taken = cluster.members.stream().map(Member::address).collect(Collectors.toSet());
    for (int i = 1; i <= seeds.length; i++) {
      if (!taken.contains(VirtualCluster.address(i))) {
        start(i);
        return;
      }
    }
  }

  private void crash(Member victim) {
    if (cluster.members.size() > 1) {
      trace("crash " + launch(victim));
      ends.put(launch(victim), cluster.time.millis());
      cluster.kill(victim);
    }
  }

  private void leave(Member victim) {
    if (cluster.members.size() > 1) {
      trace("leave " + launch(victim));
      CompletableFuture<Void> left = victim.membership().leave();
      cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(30));
      ends.put(launch(victim), cluster.time.millis());
      cluster.kill(victim);
    }
  }

  private void say(Member victim) {
    trace("change " + launch(victim));
    victim.membership().updateMetadata(Map.of("change", Integer.toString(++changes)));
  }

  /** In mild weather for a second: nobody is given up for that, but suspected. */
  private void stall(Member victim) {
    boolean isSpared = weather == Weather.MILD && cluster.time.millis() < calmUntil;
    if (weather != Weather.CALM && !isSpared) {
      int millis = random.nextInt(weather == Weather.MILD ? 1_000 : 5_000);
      trace("stall " + launch(victim) + " " + millis);
      victim.node().pause(Duration.ofMillis(millis));
      calmUntil = cluster.time.millis() + 4_000;
    }
  }

  private void disturb() {
    cluster.network.duplicate(random.nextDouble() / 2);
    if (weather != Weather.CALM) {
      double loss = random.nextDouble() * (weather == Weather.MILD ? 0.05 : 0.5);
      trace("lose " + loss);
      cluster.network.lose(loss);
    }
  }

  /** Cuts two sides, or one direction of one link, or mends. */
  private void cut() {
    if (weather != Weather.WILD) {
      return;
    }
    URI one = VirtualCluster.address(1 + random.nextInt(seeds.length));
    URI other = VirtualCluster.address(1 + random.nextInt(seeds.length));
    int side = random.nextInt(1 << seeds.length);
    int kind = random.nextInt(3);
    trace("cut " + kind + " " + one + " " + other + " " + side);
    switch (kind) {
      case 0 -> cluster.network.cut((from, to) -> isIn(side, from) != isIn(side, to));
      case 1 -> cluster.network.cut((from, to) -> from.equals(one) && to.equals(other));
      default -> cluster.network.heal();
    }
  }

  private static boolean isIn(int side, URI address) {
    int number = Integer.parseInt(address.getHost().substring("host".length()));
    return (side >> (number - 1) & 1) == 1;
  }

  /** Delivers old gossip again. Answers are not: the channel does not repeat them for seconds. */
  private void replay() {
    trace("replay " + old.size());
    old.forEach(Runnable::run);
  }

  private void sent(URI from, URI to, byte[] bytes) {
    WireMessage message = WireCodec.decode(bytes);
    List<Claim> claims =
        switch (message) {
          case WireMessage.Probe probe -> probe.news();
          case WireMessage.News news -> news.claims();
          case WireMessage.Table table -> table.claims();
          case WireMessage.Answer answer -> List.of(answer.claim());
          case WireMessage.Question question -> List.of();
        };
    for (Claim claim : claims) {
      String launch = claim.launch().launchId();
      Integer last =
          told.computeIfAbsent(from, any -> new HashMap<>()).put(launch, claim.incarnation());
      require(
          last == null || last <= claim.incarnation(),
          from
              + " told of incarnation "
              + claim.incarnation()
              + " of "
              + launch
              + " after "
              + last);
    }
    if (!(message instanceof WireMessage.Answer) && random.nextInt(20) == 0) {
      if (old.size() >= REPLAYS) {
        old.remove(random.nextInt(REPLAYS));
      }
      old.add(() -> cluster.network.deliver(from, to, bytes));
    }
  }

  /** Whether each lists exactly those who live, with what they say, and suspects nobody. */
  private boolean isTrue() {
    Set<ClusterMember> living =
        cluster.members.stream().map(m -> m.membership().self()).collect(Collectors.toSet());
    return cluster.members.stream()
        .allMatch(member -> living.equals(new HashSet<>(member.membership().members())));
  }

  private String views() {
    return cluster.members.stream()
        .map(m -> launch(m) + " sees " + m.membership().members())
        .collect(Collectors.joining("; "));
  }

  private void checkStory(Member member) {
    Map<String, State> states = new HashMap<>();
    Set<String> dead = new HashSet<>();
    for (int i = 0; i < member.events().size(); i++) {
      MembershipEvent event = member.events().get(i);
      String launch = event.member().launchId();
      String text = launch(member) + " heard " + VirtualCluster.word(event);
      long end = Objects.requireNonNullElse(ends.get(launch), Long.MAX_VALUE);
      boolean lives = member.times().get(i) <= end;
      require(event instanceof Joined != states.containsKey(launch), "out of order: " + text);
      switch (event) {
        case Joined joined -> {
          require(!dead.contains(launch), "back from the dead: " + text);
          states.put(launch, State.ALIVE);
        }
        case Suspected suspected -> {
          require(!lives || weather != Weather.CALM, "lives: " + text);
          require(states.put(launch, State.SUSPECT) == State.ALIVE, "out of order: " + text);
        }
        case MembershipEvent.Recovered recovered ->
            require(states.put(launch, State.ALIVE) == State.SUSPECT, "out of order: " + text);
        case Left left -> {
          boolean leaves = left.reason() == Left.Reason.LEAVE && ends.containsKey(launch);
          require(!lives || leaves || weather == Weather.WILD, "lives: " + text);
          states.remove(launch);
          if (!lives || left.reason() == Left.Reason.LEAVE) {
            dead.add(launch);
          }
        }
        case MembershipEvent.Updated updated -> {}
        case MembershipEvent.Conflicted conflict -> require(false, "no second node: " + text);
      }
    }
  }

  private static String launch(Member member) {
    return member.membership().self().launchId();
  }

  private void trace(String line) {
    trace.add(cluster.time.millis() + " " + line);
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(
          "seed %d (%s) at %d ms: %s; %s"
              .formatted(seed, weather, cluster.time.millis(), otherwise, trace));
    }
  }
}
