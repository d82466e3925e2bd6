// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.replica.MemberReconciler;
import io.cairn.cluster.group.replica.MemberReconciler.Step;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupSecrets;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.PartitionRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.state.SystemStateCodec;
import io.cairn.net.peer.PeerIdentity;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The pure parts: formats, placement, who joins whom, what the next step of a membership is. */
class GroupDecisionsTest {

  private static final int NODES = 21;
  private static final Set<String> ALL_ALIVE = Set.of("a", "b", "c", "d");

  private static SystemState state(int nodes) {
    TreeMap<String, NodeRecord> records = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      String id = "node-" + i;
      records.put(
          id,
          new NodeRecord(
              id,
              FakeNetwork.address(id),
              i % 10 == 9 ? NodeRole.OBSERVER : NodeRole.PEER,
              Map.of("location", "rack " + i),
              "token" + i,
              i + 1,
              0,
              false,
              i,
              1_000 + i));
    }
    SystemState empty =
        new SystemState(
            "uid",
            7,
            GroupConfig.defaults(),
            99,
            List.of("node-0"),
            records,
            new TreeMap<>(Map.of("gone", "token")),
            new TreeMap<>(),
            List.of("an earlier one"),
            GroupSecrets.NONE.with("signing", "a key that nobody sees"));
    return empty
        .withSelector(Placement.establish(empty, SelectorSpec.EVERYWHERE, 8))
        .withSelector(Placement.establish(empty, new SelectorSpec("default-3x", 3), 64));
  }

  @Test
  void stateSurvivesItsBinaryForm() {
    SystemState state = state(NODES);

    assertThat(SystemStateCodec.decode(SystemStateCodec.encode(state))).isEqualTo(state);
  }

  @Test
  void stateDoesNotShowItsSecrets() {
    assertThat(state(NODES).toString()).contains("signing").doesNotContain("nobody sees");
  }

  @Test
  void damagedStateIsRefusedAndNeverMisread() {
    byte[] good = SystemStateCodec.encode(state(2));
    Random random = new Random(42);
    for (int length = 0; length < good.length; length += 13) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> SystemStateCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> SystemStateCodec.decode(Arrays.copyOf(good, good.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    for (int i = 0; i < 1_000; i++) {
      byte[] noise = good.clone();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      try {
        var _ = SystemStateCodec.decode(noise);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).isNotNull();
      }
    }
  }

  @Test
  void placementIsEvenAndUsesPeersOnly() {
    SystemState state = state(NODES);
    SelectorRecord threefold = state.selectors().get("default-3x");
    TreeMap<String, Integer> load = new TreeMap<>();
    for (PartitionRecord partition : threefold.partitions()) {
      assertThat(new HashSet<>(partition.holders())).hasSize(3);
      partition.holders().forEach(holder -> load.merge(holder, 1, Integer::sum));
    }

    assertThat(load.keySet()).allMatch(id -> state.nodes().get(id).isPeer());
    assertThat(Collections.max(load.values())).isLessThanOrEqualTo((64 * 3 + 18) / 19);
  }

  @Test
  void everyGroupHasSevenVotersAtMostAndAllNodesAsMembers() {
    SystemState state = state(NODES);
    PartitionRecord partition = state.selectors().get("default").partitions().getFirst();
    Map<String, Boolean> members = Placement.members(state, partition);

    assertThat(members).hasSize(NODES);
    assertThat(members.values().stream().filter(votes -> votes)).hasSize(7);
    assertThat(members.get("node-9")).isFalse();
  }

  @Test
  void noNodeIsToLeadMoreThanItsShare() {
    for (int nodes = 1; nodes <= 7; nodes++) {
      SystemState state = state(nodes);
      List<String> leaders =
          new ArrayList<>(Placement.leaders(state, state.selectors().get("default")));
      int share = (8 + nodes - 1) / nodes;
      for (String leader : new HashSet<>(leaders)) {
        assertThat(Collections.frequency(leaders, leader)).isBetween(1, share);
      }
    }
  }

  @Test
  void exactlyOneOfTwoGroupsOfOneJoinsIfEitherSeeks() {
    for (boolean first : new boolean[] {true, false}) {
      for (boolean second : new boolean[] {true, false}) {
        JoinPosition a = standing("a", "1", 1, first);
        JoinPosition b = standing("b", "2", 1, second);
        if (first || second) {
          assertThat(a.joins(b)).isNotEqualTo(b.joins(a));
        } else {
          assertThat(a.joins(b) || b.joins(a)).isFalse();
        }
      }
    }
  }

  @Test
  void groupsOfSeveralNeverJoinEachOther() {
    JoinPosition a = standing("a", "1", 2, true);
    JoinPosition b = standing("b", "2", 3, true);

    assertThat(a.joins(b) || b.joins(a)).isFalse();
    assertThat(standing("c", "3", 1, false).joins(a)).isTrue();
    assertThat(standing("d", "", 0, true).joins(a)).isTrue();
  }

  private static JoinPosition standing(String id, String uid, int members, boolean seeking) {
    return new JoinPosition(
        id, FakeNetwork.address(id), uid, "t", members, seeking, false, 1, List.of());
  }

  private static Step step(
      Map<String, Boolean> actual, Map<String, Boolean> desired, Set<String> alive) {
    return new MemberReconciler("a", alive::contains, () -> {}, System::nanoTime)
        .decide(new TreeMap<>(actual), new TreeMap<>(desired), id -> true, null);
  }

  @Test
  void replicaIsMadeBeforeItsPredecessorIsTakenAway() {
    Map<String, Boolean> desired = Map.of("a", true, "b", true, "d", true);

    assertThat(step(Map.of("a", true, "b", true, "c", true), desired, ALL_ALIVE))
        .isEqualTo(new Step.Change("d", MemberChange.ADD_LEARNER));
    assertThat(step(Map.of("a", true, "b", true, "c", true, "d", false), desired, ALL_ALIVE))
        .isEqualTo(new Step.Change("d", MemberChange.ADD_OR_PROMOTE_VOTER));
    assertThat(step(Map.of("a", true, "b", true, "c", true, "d", true), desired, ALL_ALIVE))
        .isEqualTo(new Step.Change("c", MemberChange.REMOVE));
    assertThat(step(Map.of("a", true, "b", true, "d", true), desired, ALL_ALIVE))
        .isEqualTo(new Step.Done());
  }

  @Test
  void voterIsNotTakenAwayIfTheOthersWouldBeAMinority() {
    Map<String, Boolean> actual = Map.of("a", true, "b", true, "c", true);

    assertThat(step(actual, Map.of("a", true, "b", true), Set.of("a", "c")))
        .isEqualTo(new Step.Done());
    assertThat(step(actual, Map.of("a", true, "b", true), Set.of("a", "b")))
        .isEqualTo(new Step.Change("c", MemberChange.REMOVE));
  }

  @Test
  void leaderThatIsToGoHandsOverFirst() {
    assertThat(step(Map.of("a", true, "b", true), Map.of("b", true), ALL_ALIVE))
        .isEqualTo(new Step.Transfer("b"));
  }

  @Test
  void nothingIsTakenAwayWhenNobodyIsDesired() {
    assertThat(step(Map.of("a", true, "b", true), Map.of(), ALL_ALIVE)).isEqualTo(new Step.Done());
  }

  @Test
  void idAndAddressOfALivingNodeAreItsOwnAndThoseOfAMemberThatIsDownAreKept() {
    FakeNetwork network = new FakeNetwork();
    FakeNetwork.Node membership = network.node("a");
    LivePeers peers = new LivePeers();
    peers.listen(membership);
    peers.own("a", FakeNetwork.address("a"));
    membership.start();
    FakeNetwork.Node living = network.node("b");
    living.start();
    GroupCluster.eventually().until(() -> peers.isAlive("b"));
    peers.record(
        "default", Map.of("a", FakeNetwork.address("a"), "down", FakeNetwork.address("d")));

    assertThat(claim(peers, "b", "b")).as("itself").isNull();
    assertThat(claim(peers, "c", "c")).as("a stranger").isNull();
    assertThat(claim(peers, "b", "c")).contains("node b lives at http://b:8000", "another --id");
    assertThat(claim(peers, "c", "b"))
        .contains("http://b:8000 is where node b lives", "another publicUri");
    assertThat(claim(peers, "c", "d"))
        .contains("http://d:8000 is kept for node down", "or remove that node");
    assertThat(claim(peers, "down", "d")).as("back where it was").isNull();
    assertThat(claim(peers, "down", "e")).as("back elsewhere").isNull();

    living.close();
    GroupCluster.eventually().until(() -> !peers.isAlive("b"));
    assertThat(claim(peers, "b", "c")).as("no member, and given up").isNull();
    peers.record("default", Map.of("c", FakeNetwork.address("b")));
    assertThat(claim(peers, "c", "b")).as("the member of a group that moved there").isNull();
    membership.close();
  }

  private static @Nullable String claim(LivePeers peers, String id, String address) {
    return peers.claim(new PeerIdentity(id, "launch", FakeNetwork.address(address)));
  }

  @Test
  void stepThatFailsForAMinuteIsToldOnceAndAgainAfterItHasSucceeded() {
    AtomicLong nanos = new AtomicLong();
    MemberReconciler reconciler = new MemberReconciler("a", id -> true, () -> {}, nanos::get);
    AtomicBoolean fails = new AtomicBoolean(true);
    ReplicaSet group =
        (ReplicaSet)
            Proxy.newProxyInstance(
                ReplicaSet.class.getClassLoader(),
                new Class<?>[] {ReplicaSet.class},
                (_, method, _) ->
                    switch (method.getName()) {
                      case "id" -> "default/0";
                      case "leadership" -> new Leadership(1);
                      case "members" -> List.of(new Member("a", true));
                      case "progress" -> Map.of();
                      case "changeMembers" ->
                          fails.get()
                              ? CompletableFuture.failedFuture(new IOException("b is away"))
                              : CompletableFuture.completedFuture(null);
                      default -> 0L;
                    });
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    Logger logger = (Logger) LoggerFactory.getLogger(MemberReconciler.class);
    logger.addAppender(heard);
    try {
      tryFor(59, reconciler, group, nanos);
      assertThat(warnings(heard)).isEmpty();
      tryFor(3, reconciler, group, nanos);
      assertThat(warnings(heard))
          .singleElement()
          .asString()
          .contains(
              "default/0", "ADD_LEARNER", "has failed for 60 s", "b is away", "Look at the log");
      tryFor(200, reconciler, group, nanos);
      assertThat(warnings(heard)).hasSize(1);
      fails.set(false);
      tryFor(1, reconciler, group, nanos);
      fails.set(true);
      tryFor(63, reconciler, group, nanos);
      assertThat(warnings(heard)).hasSize(2);
    } finally {
      logger.detachAppender(heard);
    }
  }

  private static List<String> warnings(ListAppender<ILoggingEvent> heard) {
    return heard.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static void tryFor(
      int seconds, MemberReconciler reconciler, ReplicaSet group, AtomicLong nanos) {
    for (int second = 0; second < seconds; second++) {
      var _ =
          reconciler.step(
              group,
              Map.of("a", true, "b", true),
              null,
              () -> CompletableFuture.completedFuture(Map.of()));
      nanos.addAndGet(1_000_000_000L);
    }
  }
}
