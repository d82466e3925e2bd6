// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.document.HybridClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Decides what a change that is asked for means, given what is there. Safe for all threads. */
final class Changes {

  private final String nodeId;
  private final AttributesSettings settings;
  private final HybridClock clock;

  Changes(String nodeId, AttributesSettings settings, HybridClock clock) {
    this.nodeId = nodeId;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Makes an attribute.
   *
   * @throws IllegalArgumentException if a name or the value cannot be
   */
  static Attribute<?> attribute(String set, String name, Object value) {
    check(set, name);
    Attribute<?> attribute = Attribute.of(name, Objects.requireNonNull(value, "value"));
    if (attribute.isUndefined()) {
      throw new IllegalArgumentException("'%s' stands for no attribute".formatted(name));
    }
    if (value instanceof String text && !EntryKey.isWellFormed(text)) {
      throw new IllegalArgumentException("the value of '%s' is no Unicode text".formatted(name));
    }
    return attribute;
  }

  static void check(String set, String name) {
    EntryKey.checkName("a set", set);
    EntryKey.checkName("an attribute", name);
  }

  List<AttributeEntry> add(AttributesDraft draft, String set, Attribute<?> attribute) {
    EntryKey key = new EntryKey(set, attribute.name());
    EntryKey own = new EntryKey(set, null);
    if (draft.isLive(key)) {
      return List.of();
    }
    int fresh = (draft.current(key) == null ? 1 : 0) + (draft.current(own) == null ? 1 : 0);
    if (draft.size() + fresh > settings.maxEntries()) {
      throw new AttributesFullException(
          "%d attributes, sets and removed ones are kept, and no more may be"
              .formatted(draft.size()));
    }
    Version version = version();
    List<AttributeEntry> entries = new ArrayList<>();
    if (!draft.isLive(own)) {
      entries.add(fitting(AttributeEntry.liveSet(set, version)));
    }
    entries.add(fitting(AttributeEntry.live(set, attribute, version)));
    return entries;
  }

  List<AttributeEntry> replace(AttributesDraft draft, String set, Attribute<?> attribute) {
    AttributeEntry current = draft.current(new EntryKey(set, attribute.name()));
    Attribute<?> present = current == null ? null : current.attribute();
    if (present == null || present.equals(attribute)) {
      return List.of();
    }
    if (present.type() != attribute.type()) {
      throw new IllegalArgumentException(
          "attribute '%s' of '%s' is of type %s, and cannot become one of type %s"
              .formatted(
                  attribute.name(), set, present.type().typeName(), attribute.type().typeName()));
    }
    return List.of(fitting(AttributeEntry.live(set, attribute, version())));
  }

  List<AttributeEntry> remove(AttributesDraft draft, String set, String name) {
    EntryKey key = new EntryKey(set, name);
    return draft.isLive(key) ? List.of(AttributeEntry.tombstone(key, version())) : List.of();
  }

  List<AttributeEntry> removeAll(AttributesDraft draft, String set) {
    EntryKey own = new EntryKey(set, null);
    List<AttributeEntry> live = draft.liveAttributesOf(set);
    if (live.isEmpty() && !draft.isLive(own)) {
      return List.of();
    }
    Version version = version();
    List<AttributeEntry> entries = new ArrayList<>();
    live.forEach(entry -> entries.add(AttributeEntry.tombstone(entry.key(), version)));
    entries.add(AttributeEntry.tombstone(own, version));
    return entries;
  }

  private Version version() {
    long micros = clock.now();
    if (micros >= Version.MAX_MICROS) {
      throw new IllegalStateException("the clock was brought beyond what attributes can have");
    }
    return new Version(micros, nodeId);
  }

  private AttributeEntry fitting(AttributeEntry entry) {
    int size = entry.encoded().length;
    if (size > settings.maxEntryBytes()) {
      throw new IllegalArgumentException(
          "'%s' of '%s' takes %d bytes, and an attribute may take %d"
              .formatted(
                  Objects.requireNonNullElse(entry.key().name(), "the set"),
                  entry.key().set(),
                  size,
                  settings.maxEntryBytes()));
    }
    return entry;
  }
}
