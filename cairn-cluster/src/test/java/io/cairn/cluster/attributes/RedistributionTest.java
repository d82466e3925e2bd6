// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.attributes.AttributesMessage.Confirmed;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How changes reach others; among that the defects 3, 4, 5 and 8 of the predecessor. */
class RedistributionTest {

  private final CalmCluster cluster = new CalmCluster();
  private final SimulatedMember a = cluster.start("a");
  private final SimulatedMember b = cluster.start("b");
  private final SimulatedMember c = cluster.start("c");

  RedistributionTest() {
    cluster.settle();
  }

  private void pass(long millis) {
    cluster.time.advanceMillis(millis);
  }

  private CompletableFuture<Confirmation> add(String name) {
    return a.attributes().add("set", name, 1).confirmed();
  }

  private long pending() {
    return a.attributes().figures().get("pending");
  }

  @Test
  void changeIsDoneWhenAllOthersHaveConfirmedInTurn() {
    cluster.network.island("c", 1);
    CompletableFuture<Confirmation> confirmed = add("x");
    pass(10);
    assertThat(confirmed).isNotDone();
    assertThat(b.attributes().attribute("set", "x").isUndefined()).isFalse();
    cluster.network.heal();
    pass(CalmCluster.INTERVAL_MILLIS);
    assertThat(confirmed).isCompletedWithValue(new Confirmation(Set.of("b", "c"), Set.of()));
    assertThat(c.attributes().attribute("set", "x").isUndefined()).isFalse();
    assertThat(pending()).isZero();
  }

  @Test
  void oneMessagePerChangeAndOtherNode() {
    a.attributes().add("set", "x", 1);
    pass(10);
    a.attributes().replace("set", "x", 2);
    pass(10);
    a.attributes().removeAll("set");
    pass(5 * CalmCluster.INTERVAL_MILLIS);
    assertThat(cluster.count("b", Entries.class)).isEqualTo(3);
    assertThat(cluster.count("c", Entries.class)).isEqualTo(3);
    assertThat(cluster.count("a", Confirmed.class)).isEqualTo(6);
    assertThat(cluster.sent).hasSize(12);
  }

  @Test
  void nothingIsSentAgainBeforeTheIntervalIsOverAndOnlyToThoseThatLackIt() {
    cluster.network.island("c", 1);
    long begin = cluster.time.millis();
    a.attributes().add("set", "x", 1);
    pass(CalmCluster.INTERVAL_MILLIS - 1);
    assertThat(cluster.count("b", Entries.class)).isEqualTo(1);
    assertThat(cluster.count("c", Entries.class)).isEqualTo(1);
    pass(2);
    assertThat(cluster.count("c", Entries.class)).isEqualTo(2);
    pass(10 * CalmCluster.INTERVAL_MILLIS);
    assertThat(cluster.count("b", Entries.class)).isEqualTo(1);
    assertThat(cluster.sent.stream().filter(sent -> sent.to().equals("c")))
        .extracting(sent -> (sent.millis() - begin) / CalmCluster.INTERVAL_MILLIS)
        .containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void changeIsGivenUpAfterTheRetriesAndNothingIsLeft() {
    cluster.network.island("c", 1);
    CompletableFuture<Confirmation> confirmed = add("x");
    pass(4 * CalmCluster.INTERVAL_MILLIS - 1);
    assertThat(confirmed).isNotDone();
    pass(2);
    assertThat(confirmed).isCompletedWithValue(new Confirmation(Set.of("b"), Set.of("c")));
    assertThat(confirmed.join().isComplete()).isFalse();
    assertThat(pending()).isZero();
  }

  @Test
  void changeOfALoneNodeIsDoneAtOnceAndLeavesNothing() {
    SimulatedMember alone = new CalmCluster().start("alone");
    AttributeChange change = alone.attributes().add("set", "x", 1);
    assertThat(change.confirmed()).isCompletedWithValue(new Confirmation(Set.of(), Set.of()));
    assertThat(alone.attributes().figures()).containsEntry("pending", 0L);
  }

  @Test
  void nobodyWaitsForANodeThatHasLeft() {
    cluster.network.island("c", 1);
    CompletableFuture<Confirmation> confirmed = add("x");
    pass(10);
    c.crash(false);
    a.sees(c, false);
    assertThat(confirmed).isCompletedWithValue(new Confirmation(Set.of("b"), Set.of()));
    cluster.sent.clear();
    pass(10 * CalmCluster.INTERVAL_MILLIS);
    assertThat(cluster.sent).isEmpty();
  }

  @Test
  void launchThatIsNotTheLatestDoesNotLeave() {
    c.crash(false);
    c.start();
    String old = "c#1";
    a.attributes().joined("c", c.launchId());
    a.attributes().left("c", old);
    pass(CalmCluster.INTERVAL_MILLIS * 3);
    CompletableFuture<Confirmation> confirmed = add("x");
    c.sees(a, true);
    pass(3 * CalmCluster.INTERVAL_MILLIS);
    assertThat(confirmed.join().confirmed()).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void twoChangesOfOneAttributeAreConfirmedEachForItself() {
    cluster.network.island("b", 1);
    cluster.network.island("c", 1);
    CompletableFuture<Confirmation> first = add("x");
    pass(500);
    CompletableFuture<Confirmation> second = a.attributes().replace("set", "x", 2).confirmed();
    assertThat(pending()).isEqualTo(2);
    pass(100);
    cluster.network.heal();
    pass(500);
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    pass(500);
    assertThat(second).isCompleted();
    assertThat(b.attributes().attribute("set", "x").value()).isEqualTo(2);
  }

  @Test
  void manyAttributesGoIntoFewMessagesNoneTooLarge() {
    for (int i = 0; i < 900; i++) {
      a.attributes().add("set", "x" + i, "value ".repeat(20));
    }
    pass(1_000);
    cluster.sent.clear();
    a.attributes().removeAll("set");
    pass(10);
    assertThat(cluster.count("b", Entries.class)).isBetween(1L, 3L);
    assertThat(b.attributes().allOf("set").isNone()).isTrue();
    assertThat(pending()).isZero();
  }

  @Test
  void confirmationsOfStrangersAndOfUnknownChangesMeanNothing() {
    cluster.network.island("c", 1);
    CompletableFuture<Confirmation> confirmed = add("x");
    List<Long> hashes =
        List.copyOf(a.entries().values()).stream().map(AttributeEntry::hash).toList();
    a.deliver("stranger", AttributesMessageCodec.encode(new Confirmed(hashes)));
    a.deliver("c", AttributesMessageCodec.encode(new Confirmed(List.of(1L, 2L))));
    pass(10);
    assertThat(confirmed).isNotDone();
    a.deliver("c", AttributesMessageCodec.encode(new Confirmed(hashes)));
    assertThat(confirmed).isCompleted();
  }
}
