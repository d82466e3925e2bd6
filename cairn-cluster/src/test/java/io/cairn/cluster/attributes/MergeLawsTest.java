// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The laws that make replicas converge, on random entries with many equal versions. */
class MergeLawsTest {

  private static final int ROUNDS = 2_000;

  @Test
  void oneOfTwoDifferentEntriesIsLater() {
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      AttributeEntry a = entry(random);
      AttributeEntry b = entry(random, a.key());
      assertThat(a.isLaterThan(b) || b.isLaterThan(a)).isEqualTo(!a.equals(b));
      assertThat(a.isLaterThan(b) && b.isLaterThan(a)).isFalse();
      assertThat(a.isLaterThan(a)).isFalse();
    }
  }

  @Test
  void orderRepetitionAndGroupingOfMergesDoNotMatter() {
    Random random = new Random(2);
    for (int i = 0; i < ROUNDS; i++) {
      List<AttributeEntry> entries = new ArrayList<>();
      for (int j = random.nextInt(8); j >= 0; j--) {
        entries.add(entry(random));
      }
      EntryStore expected = merged(entries);
      List<AttributeEntry> shuffled = new ArrayList<>(entries);
      shuffled.addAll(entries.subList(0, random.nextInt(entries.size() + 1)));
      Collections.shuffle(shuffled, random);
      assertThat(contents(merged(shuffled))).isEqualTo(contents(expected));
      int cut = random.nextInt(entries.size() + 1);
      EntryStore left = merged(entries.subList(0, cut));
      merged(entries.subList(cut, entries.size())).forEach(entry -> merge(left, entry));
      assertThat(contents(left)).isEqualTo(contents(expected));
    }
  }

  @Test
  void sumsAndReadsFollowFromTheEntriesAlone() {
    Random random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      List<AttributeEntry> entries = new ArrayList<>();
      for (int j = 0; j < 12; j++) {
        entries.add(entry(random));
      }
      EntryStore one = merged(entries);
      Collections.shuffle(entries, random);
      EntryStore other = merged(entries);
      for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
        assertThat(other.sum(bucket)).isEqualTo(one.sum(bucket));
      }
      assertThat(other.all()).isEqualTo(one.all());
    }
  }

  private static EntryStore merged(List<AttributeEntry> entries) {
    EntryStore store = new EntryStore();
    entries.forEach(entry -> merge(store, entry));
    return store;
  }

  private static void merge(EntryStore store, AttributeEntry entry) {
    AttributesDraft draft = new AttributesDraft(store, "here", 100);
    draft.merge(entry);
    store.apply(draft, 0);
  }

  private static Map<Long, AttributeEntry> contents(EntryStore store) {
    Map<Long, AttributeEntry> contents = new TreeMap<>();
    store.forEach(entry -> contents.put(entry.keyHash(), entry));
    return contents;
  }

  private static AttributeEntry entry(Random random) {
    String name = random.nextInt(4) == 0 ? null : "a" + random.nextInt(2);
    return entry(random, new EntryKey("s" + random.nextInt(2), name));
  }

  private static AttributeEntry entry(Random random, EntryKey key) {
    Version version = new Version(1 + random.nextInt(3), "n" + random.nextInt(2));
    if (random.nextInt(3) == 0) {
      return AttributeEntry.tombstone(key, version);
    }
    String name = key.name();
    return name == null
        ? AttributeEntry.liveSet(key.set(), version)
        : AttributeEntry.live(key.set(), Attribute.of(name, random.nextInt(3)), version);
  }
}
