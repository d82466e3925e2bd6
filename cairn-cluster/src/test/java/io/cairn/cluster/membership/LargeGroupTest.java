// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.membership.VirtualCluster.Member;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is promised of groups of 49, on a virtual clock. Each test finds all members together and
 * quiet; they share the group, because to form one takes longer than most tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeGroupTest {

  private static final int NODES = 49;

  private final VirtualCluster cluster = new VirtualCluster(MembershipSettings.defaults(), 1);

  @BeforeAll
  void form() {
    cluster.startAll(NODES);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(2))).isTrue();
  }

  @BeforeEach
  void quiet() {
    cluster.network.lose(0);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(30))).isTrue();
    cluster.time.advance(Duration.ofSeconds(5));
    cluster.clearStories();
  }

  private LongStream timesOf(String word) {
    return cluster.members.stream()
        .filter(member -> !word.endsWith(" " + launch(member)))
        .mapToLong(member -> member.millisOf(word));
  }

  private static String launch(Member member) {
    return member.membership().self().launchId();
  }

  private long words(String kind) {
    return cluster.members.stream()
        .flatMap(member -> member.story().stream())
        .filter(word -> word.startsWith(kind))
        .count();
  }

  /**
   * Suspicion lasts 2 times 6 intervals of 400 ms. Before it, each interval passes without any
   * probe of the victim once in e times; after it come the news.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 40})
  void aSilentCrashIsKnownToAllWithinTwelveSeconds(int number) {
    Member victim = cluster.members.get(number);
    String launch = launch(victim);
    long killed = cluster.time.millis();
    cluster.kill(victim);
    cluster.time.advance(Duration.ofSeconds(14));

    assertThat(cluster.members)
        .allSatisfy(
            member ->
                assertThat(member.story())
                    .containsExactly("suspected " + launch, "CRASH " + launch));
    assertThat(timesOf("CRASH " + launch).min().orElseThrow() - killed).isGreaterThan(4_800);
    assertThat(timesOf("CRASH " + launch).max().orElseThrow() - killed).isLessThan(12_000);
    cluster.start(victim.membership().self().nodeId(), victim.address(), VirtualCluster.address(7));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1})
  void lossMakesNobodyGiveALivingMemberUp(double loss) {
    cluster.network.lose(loss);
    cluster.time.advance(Duration.ofSeconds(30));

    assertThat(words("CRASH")).isZero();
  }

  @Test
  void whereNothingIsLostNobodyIsEverSuspected() {
    cluster.time.advance(Duration.ofSeconds(60));

    assertThat(cluster.members).allSatisfy(member -> assertThat(member.story()).isEmpty());
  }

  @Test
  void aNodeThatPausesForTwoSecondsIsGivenUpByNobodyAndSuspectsNobodyElse() {
    int noticed = 0;
    for (int i = 0; i < 5; i++) {
      Member paused = cluster.members.get(8 * i);
      paused.node().pause(Duration.ofSeconds(2));
      cluster.time.advance(Duration.ofSeconds(5));

      assertThat(words("CRASH")).isZero();
      assertThat(words("suspected")).isEqualTo(words("suspected " + launch(paused)));
      noticed += words("recovered " + launch(paused)) > 0 ? 1 : 0;
      cluster.clearStories();
    }
    assertThat(noticed).isPositive();
  }

  @Test
  void aChangeOfMetadataIsKnownToAllWithinTwoSeconds() {
    Member one = cluster.members.get(20);
    for (int i = 0; i < 5; i++) {
      long changed = cluster.time.millis();
      one.membership().updateMetadata(Map.of("change", Integer.toString(i)));
      cluster.time.advance(Duration.ofSeconds(3));

      assertThat(timesOf("updated " + launch(one)).max().orElseThrow() - changed).isLessThan(2_000);
      cluster.clearStories();
    }
  }

  @Test
  void aNodeThatJoinsIsKnownToAllWithinTwoSeconds() {
    Member late = cluster.start("late", VirtualCluster.address(50), VirtualCluster.address(17));

    assertThat(cluster.convergesWithin(Duration.ofSeconds(2))).isTrue();
    assertThat(late.story()).hasSize(NODES).allMatch(word -> word.startsWith("joined"));
    cluster.kill(late);
  }

  @Test
  void theNumberOfMessagesOfANodeDoesNotGrowWithTheGroup() {
    VirtualCluster few = new VirtualCluster(MembershipSettings.defaults(), 2).startAll(3);
    few.time.advance(Duration.ofSeconds(10));
    cluster.time.advance(Duration.ofSeconds(10));

    assertThat(messagesPerSecond(cluster)).isBetween(5.0, 1.1 * messagesPerSecond(few));
  }

  private static double messagesPerSecond(VirtualCluster cluster) {
    long before = sent(cluster);
    cluster.time.advance(Duration.ofSeconds(20));
    return (sent(cluster) - before) / 20.0 / cluster.members.size();
  }

  private static long sent(VirtualCluster cluster) {
    return cluster.members.stream().mapToLong(m -> m.membership().traffic().sent()).sum();
  }
}
