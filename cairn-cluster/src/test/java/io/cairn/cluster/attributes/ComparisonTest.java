// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.attributes.AttributesMessage.Digest;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import io.cairn.cluster.attributes.AttributesMessage.Listings;
import io.cairn.cluster.attributes.AttributesMessage.Request;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How nodes get what they missed, and how removals are forgotten. */
class ComparisonTest {

  private static final long LIFETIME_MILLIS = 60_000;

  private final CalmCluster cluster = new CalmCluster();

  private static AttributesSettings forgetful() {
    return CalmCluster.withDigests(Duration.ofSeconds(3), Duration.ofMillis(LIFETIME_MILLIS));
  }

  private static void assertEqual(SimulatedMember one, SimulatedMember other) {
    assertThat(other.entries()).isEqualTo(one.entries());
  }

  @Test
  void whoJoinsLateGetsEverythingAtOnce() {
    SimulatedMember a = cluster.start("a");
    for (int i = 0; i < 100; i++) {
      a.attributes().add("set" + i % 7, "x" + i, i);
    }
    a.attributes().remove("set0", "x0");
    a.attributes().removeAll("set1");
    SimulatedMember b = cluster.start("b");
    cluster.see();
    cluster.time.advanceMillis(20);
    assertThat(b.attributes().all()).isEqualTo(a.attributes().all());
    assertEqual(a, b);
    b.check();
  }

  @Test
  void bothSidesOfAPartitionHaveEverythingAfterIt() {
    SimulatedMember a = cluster.start("a");
    SimulatedMember b = cluster.start("b");
    cluster.settle();
    a.attributes().add("set", "both", 1);
    cluster.time.advanceMillis(10);
    cluster.network.island("b", 1);
    cluster.see();
    a.attributes().add("set", "of a", 1);
    a.attributes().replace("set", "both", 2);
    b.attributes().add("other", "of b", 1);
    b.attributes().remove("set", "both");
    cluster.time.advanceMillis(60_000);
    cluster.network.heal();
    cluster.settle();
    assertEqual(a, b);
    assertThat(b.attributes().attribute("set", "of a").value()).isEqualTo(1);
    assertThat(a.attributes().attribute("other", "of b").value()).isEqualTo(1);
    assertThat(a.attributes().attribute("set", "both").isUndefined()).isTrue();
  }

  @Test
  void changeThatAllRetriesHaveLostComesWithADigest() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.settle();
    cluster.network.loss = 1;
    a.attributes().add("set", "x", 1);
    cluster.time.advanceMillis(10_000);
    cluster.network.loss = 0;
    cluster.time.advanceMillis(3_100);
    assertEqual(a, b);
  }

  @Test
  void equalNodesExchangeADigestAndAnEmptyAnswerOnly() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.see();
    a.attributes().add("set", "x", 1);
    cluster.settle();
    cluster.time.advanceMillis(30_000);
    assertThat(cluster.sent.stream().map(CalmCluster.Sent::message))
        .allMatch(
            message ->
                message instanceof Digest
                    || (message instanceof Listings listings && listings.listings().isEmpty()));
    assertThat(cluster.count("b", Digest.class)).isBetween(9L, 11L);
    assertThat(b.isUp()).isTrue();
  }

  @Test
  void oneDifferenceAmongManyCostsOneListing() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    for (int i = 0; i < 900; i++) {
      a.attributes().add("set", "x" + i, i);
    }
    cluster.settle();
    cluster.network.island("b", 1);
    a.attributes().replace("set", "x7", 70);
    cluster.time.advanceMillis(5_000);
    cluster.network.heal();
    cluster.sent.clear();
    cluster.time.advanceMillis(3_100);
    assertEqual(a, b);
    long items =
        cluster.sent.stream()
            .filter(sent -> sent.message() instanceof Listings)
            .flatMap(sent -> ((Listings) sent.message()).listings().stream())
            .mapToLong(listing -> listing.items().size())
            .sum();
    assertThat(items).isLessThan(40);
  }

  @Test
  void hundredThousandAttributesReachALateJoinerInBoundedMessages() {
    AttributesSettings large =
        new AttributesSettings(
            Duration.ofSeconds(1),
            3,
            Duration.ofSeconds(10),
            Duration.ofDays(1),
            4096,
            64 << 10,
            110_000,
            null);
    SimulatedMember a = cluster.start("a", large);
    for (int i = 0; i < 100_000; i++) {
      a.attributes().add("set" + i % 100, "attribute " + i, i);
    }
    SimulatedMember b = cluster.start("b", large);
    cluster.see();
    assertThat(
            cluster.time.advanceUntil(
                () -> b.attributes().store().size() == 100_100, Duration.ofSeconds(5)))
        .isTrue();
    assertThat(b.attributes().all()).isEqualTo(a.attributes().all());
    // Each message was sent about once: what one side asked for the other did not bring as well.
    assertThat(cluster.count("b", Entries.class)).isLessThan(400);
    assertThat(cluster.count("a", Request.class)).isLessThan(100);
  }

  @Test
  void tombstoneIsForgottenAfterItsLifetimeOnAllNodes() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.settle();
    a.attributes().add("set", "x", 1);
    a.attributes().removeAll("set");
    cluster.time.advanceMillis(LIFETIME_MILLIS - 4_000);
    assertThat(b.attributes().figures()).containsEntry("tombstones", 2L);
    cluster.time.advanceMillis(30_000);
    assertThat(a.attributes().store().size()).isZero();
    assertThat(b.attributes().store().size()).isZero();
    assertThat(a.attributes().add("set", "x", 2).applied()).isTrue();
    cluster.time.advanceMillis(10_000);
    assertThat(b.attributes().attribute("set", "x").value()).isEqualTo(2);
    assertEqual(a, b);
  }

  @Test
  void nobodyForgetsWhatALiveNodeMayNotHave() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.settle();
    a.attributes().add("set", "x", 1);
    cluster.time.advanceMillis(10);
    cluster.network.island("b", 1);
    a.attributes().remove("set", "x");
    cluster.time.advanceMillis(10 * LIFETIME_MILLIS);
    assertThat(a.attributes().figures()).containsEntry("tombstones", 1L);
    cluster.network.heal();
    cluster.time.advanceMillis(10_000);
    assertThat(b.attributes().attribute("set", "x").isUndefined()).isTrue();
  }

  /** Separated for longer than the lifetime, a node comes back with what was removed meanwhile. */
  @Test
  void whatWasRemovedAndForgottenDoesNotComeBackWithALongSeparatedNode() {
    SimulatedMember a = cluster.start("a", forgetful());
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.settle();
    a.attributes().add("set", "kept", 1);
    a.attributes().add("set", "removed", 1);
    cluster.time.advanceMillis(10_000);
    cluster.network.island("b", 1);
    cluster.see();
    a.attributes().remove("set", "removed");
    cluster.time.advanceMillis(3 * LIFETIME_MILLIS);
    assertThat(a.attributes().figures()).containsEntry("tombstones", 0L);
    assertThat(b.attributes().attribute("set", "removed").value()).isEqualTo(1);

    SimulatedMember fresh = cluster.start("fresh", forgetful());
    cluster.network.heal();
    cluster.settle();
    for (SimulatedMember member : cluster.members) {
      assertThat(member.attributes().allOf("set").attributes().keySet()).containsExactly("kept");
    }
    assertThat(a.attributes().figures().get("refused")).isPositive();
    cluster.time.advanceMillis(3 * LIFETIME_MILLIS);
    assertEqual(a, b);
    assertEqual(a, fresh);
    assertThat(b.attributes().figures()).containsEntry("tombstones", 0L);
    b.check();
  }

  @Test
  void newcomerLearnsWhatTheOthersRefuse() {
    SimulatedMember a = cluster.start("a", forgetful());
    cluster.start("old", forgetful());
    cluster.settle();
    a.attributes().add("set", "x", 1);
    cluster.time.advanceMillis(10_000);
    cluster.network.island("old", 1);
    cluster.see();
    a.attributes().remove("set", "x");
    cluster.time.advanceMillis(2 * LIFETIME_MILLIS);
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.settle();
    cluster.time.advanceMillis(10_000);
    a.crash(true);
    a.start();
    cluster.settle();
    cluster.network.heal();
    cluster.settle();
    for (SimulatedMember member : cluster.members) {
      assertThat(member.attributes().attribute("set", "x").isUndefined()).isTrue();
    }
    assertThat(b.attributes().attribute("set", "x").isUndefined()).isTrue();
  }

  @Test
  void newcomerRefusesNothingThatItHasNotGotYet() {
    SimulatedMember a = cluster.start("a", forgetful());
    AttributeEntry old = AttributeEntry.live("set", Attribute.of("old", 1), new Version(1, "a"));
    a.attributes().add("set", "old", 1);
    int number = 0;
    String neighbour = "x0";
    while (bucketOf(neighbour) != EntryStore.bucketOf(old.keyHash())) {
      neighbour = "x" + ++number;
    }
    a.attributes().add("set", neighbour, 1);
    a.attributes().remove("set", neighbour);
    cluster.time.advanceMillis(2 * LIFETIME_MILLIS);
    EntryStore store = a.attributes().store();
    assertThat(store.horizon(EntryStore.bucketOf(old.keyHash()))).isPositive();
    SimulatedMember b = cluster.start("b", forgetful());
    cluster.see();
    Digest digest = new Comparison(store, new Tombstones(store, 1), 1).digest();
    b.deliver("a", AttributesMessageCodec.encode(digest));
    cluster.settle();
    assertThat(a.attributes().attribute("set", "old").value()).isEqualTo(1);
    assertEqual(a, b);
    assertThat(b.attributes().figures()).containsEntry("refused", 0L);
  }

  private static int bucketOf(String name) {
    AttributeEntry entry = AttributeEntry.tombstone(new EntryKey("set", name), new Version(1, "a"));
    return EntryStore.bucketOf(entry.keyHash());
  }

  @Test
  void nodeThatRestartsWithoutADiskGetsAllFromTheOthers() {
    SimulatedMember a = cluster.start("a");
    SimulatedMember b = cluster.start("b");
    cluster.settle();
    a.attributes().add("set", "x", 1);
    cluster.time.advanceMillis(10);
    a.crash(true);
    a.start();
    assertThat(a.attributes().all()).isEmpty();
    cluster.see();
    cluster.time.advanceMillis(20);
    assertThat(a.attributes().attribute("set", "x").value()).isEqualTo(1);
    assertEqual(a, b);
  }
}
