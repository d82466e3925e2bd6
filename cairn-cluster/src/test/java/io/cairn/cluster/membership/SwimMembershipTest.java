// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.membership.VirtualCluster.Member;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwimMembershipTest {

  private final VirtualCluster cluster = new VirtualCluster(MembershipSettings.defaults(), 1);

  private void formed(int nodes) {
    cluster.startAll(nodes);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(3));
    cluster.clearStories();
  }

  private Member node(int number) {
    return cluster.members.get(number - 1);
  }

  @Test
  void aNodeThatJoinsIsSeenByAllOnceWithItsMetadata() {
    formed(2);
    Member third = cluster.start("n3", VirtualCluster.address(3), VirtualCluster.address(1));

    assertThat(cluster.convergesWithin(Duration.ofSeconds(2))).isTrue();
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(1).story()).containsExactly("joined n3-3");
    assertThat(node(2).story()).containsExactly("joined n3-3");
    assertThat(node(1).events().getFirst().member().metadata()).isEqualTo(Map.of("name", "n3"));
    assertThat(third.story()).containsExactlyInAnyOrder("joined n1-1", "joined n2-2");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void nodesThatStartTogetherFindEachOther(int nodes) {
    cluster.startAll(nodes);

    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(6));

    assertThat(cluster.members)
        .allSatisfy(
            member -> assertThat(member.story()).hasSize(nodes - 1).doesNotHaveDuplicates());
  }

  @Test
  void aSeedThatIsAddedLaterIsFound() {
    Member first = cluster.start("n1", VirtualCluster.address(1));
    cluster.start("n2", VirtualCluster.address(2));
    cluster.time.advance(Duration.ofSeconds(5));
    assertThat(first.story()).isEmpty();

    first.membership().seeds(List.of(URI.create("HTTP://Host2:8000/core")));

    assertThat(cluster.convergesWithin(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void aSeedThatStartsLateIsFound() {
    Member first = cluster.start("n1", VirtualCluster.address(1), VirtualCluster.address(2));
    cluster.time.advance(Duration.ofMinutes(10));
    cluster.start("n2", VirtualCluster.address(2));

    assertThat(cluster.convergesWithin(Duration.ofSeconds(1))).isTrue();
    assertThat(first.story()).containsExactly("joined n2-2");
  }

  @Test
  void changedMetadataArriveOnce() {
    formed(3);
    node(1).membership().updateMetadata(Map.of("role", "observer"));
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(1).story()).isEmpty();
    assertThat(node(1).membership().self().metadata()).isEqualTo(Map.of("role", "observer"));
    for (Member other : List.of(node(2), node(3))) {
      assertThat(other.story()).containsExactly("updated n1-1");
      MembershipEvent.Updated updated = (MembershipEvent.Updated) other.events().getFirst();
      assertThat(updated.member().metadata()).isEqualTo(Map.of("role", "observer"));
      assertThat(updated.previous()).isEqualTo(Map.of("name", "n1"));
    }
  }

  @Test
  void manyChangesOfMetadataEndAtTheLast() {
    formed(3);
    for (int i = 1; i <= 50; i++) {
      node(1).membership().updateMetadata(Map.of("change", Integer.toString(i)));
      cluster.time.advance(Duration.ofMillis(i));
    }
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(2).events())
        .extracting(event -> event.member().metadata().get("change"))
        .doesNotHaveDuplicates()
        .endsWith("50");
  }

  @Test
  void aKilledNodeIsSuspectedThenGivenUp() {
    formed(3);
    Member third = node(3);
    long killed = cluster.time.millis();
    cluster.kill(third);
    cluster.time.advance(Duration.ofSeconds(5));

    for (Member other : cluster.members) {
      assertThat(other.story()).containsExactly("suspected n3-3", "CRASH n3-3");
      assertThat(other.millisOf("CRASH n3-3") - killed).isBetween(1_500L, 3_000L);
    }
    assertThat(cluster.isConverged()).isTrue();
  }

  @Test
  void aNodeThatLeavesIsSeenToLeaveAndNeverToCrash() {
    formed(3);
    Member third = node(3);
    long began = cluster.time.millis();
    CompletableFuture<Void> left = third.membership().leave();
    assertThat(cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(3))).isTrue();
    cluster.members.remove(third);
    cluster.time.advance(Duration.ofSeconds(30));

    for (Member other : cluster.members) {
      assertThat(other.story()).containsExactly("LEAVE n3-3");
      assertThat(other.millisOf("LEAVE n3-3") - began).isLessThan(500);
    }
    assertThat(third.story()).isEmpty();
  }

  @Test
  void aGoodByeIsNotKeptByThoseWhoComeLater() {
    formed(3);
    Member third = node(3);
    CompletableFuture<Void> left = third.membership().leave();
    cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(3));
    cluster.members.remove(third);
    cluster.start("n4", VirtualCluster.address(4), VirtualCluster.address(1));
    cluster.time.advance(Duration.ofSeconds(10));
    long before = node(1).membership().traffic().sentBytes();
    cluster.time.advance(Duration.ofSeconds(60));
    long withOneGone = node(1).membership().traffic().sentBytes() - before;

    VirtualCluster fresh = new VirtualCluster(MembershipSettings.defaults(), 2).startAll(3);
    fresh.time.advance(Duration.ofSeconds(10));
    before = fresh.members.getFirst().membership().traffic().sentBytes();
    fresh.time.advance(Duration.ofSeconds(60));
    long without = fresh.members.getFirst().membership().traffic().sentBytes() - before;
    assertThat((double) withOneGone).isBetween(without * 0.85, without * 1.15);
  }

  @Test
  void leavingAloneEndsAtOnce() {
    Member first = cluster.start("n1", VirtualCluster.address(1), VirtualCluster.address(2));
    cluster.time.advance(Duration.ofSeconds(1));

    assertThat(first.membership().leave()).isCompleted();
  }

  @Test
  void aNodeThatRestartsAtItsAddressHasLeftBeforeItJoins() {
    formed(3);
    cluster.kill(node(3));
    cluster.time.advance(Duration.ofMillis(200));
    cluster.start("n3", VirtualCluster.address(3), VirtualCluster.address(1));
    assertThat(cluster.convergesWithin(Duration.ofSeconds(2))).isTrue();
    cluster.time.advance(Duration.ofSeconds(20));

    for (Member other : List.of(node(1), node(2))) {
      assertThat(other.story())
          .filteredOn(word -> !word.startsWith("suspected"))
          .containsExactly("CRASH n3-3", "joined n3-4");
    }
    assertThat(cluster.isConverged()).isTrue();
  }

  @Test
  void twoSidesOfAPartitionGiveEachOtherUpAndComeTogetherAgain() {
    formed(5);
    cluster.partition(2);
    cluster.time.advance(Duration.ofSeconds(30));
    assertThat(node(1).others()).containsExactly("n2-2");
    assertThat(node(3).others()).containsExactly("n4-4", "n5-5");

    cluster.network.heal();
    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(1).story())
        .filteredOn(word -> word.endsWith("n3-3"))
        .containsExactly("suspected n3-3", "CRASH n3-3", "joined n3-3");
    assertThat(node(3).story())
        .filteredOn(word -> word.endsWith("n1-1"))
        .containsExactly("suspected n1-1", "CRASH n1-1", "joined n1-1");
  }

  @Test
  void islandsThatWereNoSeedsOfEachOtherRemember() {
    cluster.start("n1", VirtualCluster.address(1));
    cluster.start("n2", VirtualCluster.address(2), VirtualCluster.address(1));
    cluster.start("n3", VirtualCluster.address(3), VirtualCluster.address(2));
    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.partition(1);
    cluster.time.advance(Duration.ofMinutes(5));
    cluster.kill(node(2));
    cluster.network.heal();

    assertThat(cluster.convergesWithin(Duration.ofSeconds(10))).isTrue();
    assertThat(node(1).others()).containsExactly("n3-3");
  }

  @Test
  void aPausedNodeIsSuspectedAndRecovers() {
    formed(3);
    // Everybody probes it within three intervals of 400 ms; suspicion alone lasts 1,600 ms.
    node(3).node().pause(Duration.ofMillis(1_750));
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(1).story()).containsExactly("suspected n3-3", "recovered n3-3");
    assertThat(node(2).story()).containsExactly("suspected n3-3", "recovered n3-3");
  }

  @Test
  void aNodeThatStoodStillForLongComesBackAsTheSameLaunch() {
    formed(3);
    node(3).node().pause(Duration.ofSeconds(20));
    cluster.time.advance(Duration.ofSeconds(15));
    assertThat(node(1).story()).containsExactly("suspected n3-3", "CRASH n3-3");

    cluster.time.advance(Duration.ofSeconds(15));
    assertThat(cluster.isConverged()).isTrue();
    assertThat(node(1).story())
        .startsWith("suspected n3-3", "CRASH n3-3", "joined n3-3")
        .filteredOn(word -> word.startsWith("CRASH"))
        .hasSize(1);
  }

  @Test
  void aSecondNodeWithAnIdInUseIsReportedAndNotTakenIn() {
    formed(3);
    cluster.time.advance(Duration.ofSeconds(1));
    Member intruder = cluster.start("n3", VirtualCluster.address(9), VirtualCluster.address(1));
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(1).story()).containsExactly("conflicted n3-3 n3-4");
    assertThat(node(2).story()).containsExactly("conflicted n3-3 n3-4");
    assertThat(node(3).story()).containsExactly("conflicted n3-3 n3-4");
    assertThat(intruder.story()).contains("conflicted n3-3 n3-4");
    assertThat(node(1).others()).containsExactly("n2-2", "n3-3");

    cluster.kill(node(3));
    cluster.time.advance(Duration.ofSeconds(10));
    assertThat(node(1).story()).endsWith("CRASH n3-3", "joined n3-4");
  }

  @Test
  void lateComersTakeTheOlderOfTwoNodesWithOneId() {
    formed(3);
    cluster.time.advance(Duration.ofSeconds(1));
    cluster.start("n3", VirtualCluster.address(9), VirtualCluster.address(1));
    cluster.time.advance(Duration.ofSeconds(5));
    for (int i = 4; i <= 8; i++) {
      Member late = cluster.start("n" + i, VirtualCluster.address(i), VirtualCluster.address(9));
      cluster.time.advance(Duration.ofSeconds(5));
      assertThat(late.others()).contains("n3-3").doesNotContain("n3-4");
    }
  }

  @Test
  void garbageIsDroppedAndCounted() {
    formed(2);
    for (int length = 0; length < 300; length++) {
      byte[] garbage = new byte[length];
      new Random(length).nextBytes(garbage);
      if (length > 1) {
        garbage[0] = WireCodec.VERSION;
        garbage[1] = (byte) (length % 7);
      }
      cluster.network.deliver(VirtualCluster.address(2), VirtualCluster.address(1), garbage);
    }
    cluster.start("n3", VirtualCluster.address(3), VirtualCluster.address(2));
    cluster.time.advance(Duration.ofSeconds(5));

    assertThat(node(1).membership().traffic().malformed()).isEqualTo(300);
    assertThat(node(1).story()).containsExactly("joined n3-3");
  }

  @Test
  void repetitionReorderingAndDelayChangeNothing() {
    cluster.network.duplicate(0.5);
    cluster.network.delayUpToMillis(60);
    formed(5);
    node(1).membership().updateMetadata(Map.of("a", "b"));
    cluster.time.advance(Duration.ofSeconds(5));
    cluster.kill(node(5));
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(node(2).story()).containsExactly("updated n1-1", "suspected n5-5", "CRASH n5-5");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1})
  void lossMakesNobodyGiveALivingMemberUp(double loss) {
    formed(5);
    cluster.network.lose(loss);
    cluster.time.advance(Duration.ofMinutes(5));

    assertThat(cluster.members)
        .allSatisfy(
            member -> assertThat(member.story()).noneMatch(word -> word.startsWith("CRASH")));
  }

  @Test
  void pausesOfAThirdOfASecondMakeNobodyGiveALivingMemberUp() {
    formed(3);
    Random random = new Random(3);
    for (int i = 0; i < 600; i++) {
      node(1 + random.nextInt(3)).node().pause(Duration.ofMillis(random.nextInt(300)));
      cluster.time.advance(Duration.ofMillis(random.nextInt(600)));
    }

    assertThat(cluster.members)
        .allSatisfy(
            member -> assertThat(member.story()).noneMatch(word -> word.startsWith("CRASH")));
  }

  @Test
  void everyLeaveUnderLossIsALeave() {
    for (int run = 0; run < 8; run++) {
      VirtualCluster lossy = new VirtualCluster(MembershipSettings.defaults(), run).startAll(5);
      assertThat(lossy.convergesWithin(Duration.ofSeconds(5))).isTrue();
      lossy.network.lose(0.1);
      Member third = lossy.members.get(2);
      CompletableFuture<Void> left = third.membership().leave();
      lossy.time.advanceUntil(left::isDone, Duration.ofSeconds(3));
      lossy.members.remove(third);
      lossy.time.advance(Duration.ofSeconds(15));

      assertThat(lossy.members)
          .allSatisfy(
              member ->
                  assertThat(member.story())
                      .filteredOn(word -> word.endsWith("n3-3"))
                      .filteredOn(word -> !word.startsWith("suspected"))
                      .filteredOn(word -> !word.startsWith("recovered"))
                      .containsExactly("joined n3-3", "LEAVE n3-3"));
    }
  }

  @Test
  void aNodeThatIsKilledTwentyTimesLeavesAndJoinsTwentyTimes() {
    formed(3);
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      cluster.kill(node(3));
      cluster.time.advance(Duration.ofMillis(random.nextInt(4_000)));
      cluster.start("n3", VirtualCluster.address(3), VirtualCluster.address(2));
      assertThat(cluster.convergesWithin(Duration.ofSeconds(4))).isTrue();
      cluster.time.advance(Duration.ofMillis(random.nextInt(1_000)));
    }
    cluster.time.advance(Duration.ofSeconds(10));

    for (Member other : List.of(node(1), node(2))) {
      List<String> changes =
          other.story().stream()
              .filter(word -> word.startsWith("CRASH") || word.startsWith("joined"))
              .toList();
      assertThat(changes).hasSize(40).doesNotHaveDuplicates();
      for (int i = 0; i < 20; i++) {
        assertThat(changes.get(2 * i)).isEqualTo("CRASH n3-" + (i + 3));
        assertThat(changes.get(2 * i + 1)).isEqualTo("joined n3-" + (i + 4));
      }
    }
  }

  @Test
  void pairsThatStartAtOnceAlwaysMeet() {
    for (int run = 0; run < 50; run++) {
      VirtualCluster pair = new VirtualCluster(MembershipSettings.defaults(), run);
      pair.network.lose(0.2);
      pair.startAll(2);
      assertThat(pair.convergesWithin(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void twentyOneNodesSurviveTheLossOfFive() {
    formed(21);
    for (int i = 0; i < 5; i++) {
      cluster.kill(node(1));
    }
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(cluster.isConverged()).isTrue();
    assertThat(cluster.members)
        .allSatisfy(
            member ->
                assertThat(member.story()).filteredOn(word -> word.startsWith("CRASH")).hasSize(5));
  }

  @Test
  void secondAccuserAfterTheShortestTimeEndsASuspicionAtOnce() {
    formed(4);
    Member left = cluster.members.getFirst();
    List<Member> dead = List.copyOf(cluster.members.subList(1, 4));
    dead.forEach(cluster::kill);
    ClusterMember suspect = dead.getLast().membership().self();
    String launch = suspect.launchId();
    assertThat(cluster.holdsWithin(() -> left.heard("suspected " + launch), Duration.ofSeconds(20)))
        .isTrue();
    cluster.time.advance(Duration.ofSeconds(4));
    assertThat(left.heard("CRASH " + launch)).as("the only accuser waits for longer").isFalse();

    WireMessage.Claim claim =
        new WireMessage.Claim(
            new WireMessage.Launch(launch, suspect.nodeId(), suspect.address()),
            WireMessage.Status.SUSPECT,
            0,
            1,
            Set.of(dead.getFirst().membership().self().launchId().hashCode()));
    byte[] news = WireCodec.encode(new WireMessage.News(List.of(claim)));
    cluster.network.deliver(dead.getFirst().address(), left.address(), news);
    cluster.time.advance(Duration.ofMillis(100));

    assertThat(left.heard("CRASH " + launch)).isTrue();
  }
}
