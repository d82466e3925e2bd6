// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a group know and nobody else may: named texts in the group's system
 * partition. They are in the members' logs and travel between members only; no view of the group,
 * no backup and no message has them. Immutable.
 *
 * @param values the secrets by name
 */
public record GroupSecrets(SortedMap<String, String> values) {

  /** No secrets. */
  public static final GroupSecrets NONE = new GroupSecrets(Collections.emptySortedMap());

  /** How long all of them may be together, in characters: each change of a group carries them. */
  public static final int LIMIT = 64 << 10;

  /**
   * Takes them.
   *
   * @throws IllegalArgumentException if they are longer than {@link #LIMIT}
   */
  public GroupSecrets {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    int length = values.values().stream().mapToInt(String::length).sum();
    if (length > LIMIT) {
      throw new IllegalArgumentException(
          "the secrets of a group have %d characters, at most %d are kept"
              .formatted(length, LIMIT));
    }
  }

  /** Returns a secret, or null if there is none of that name. */
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /**
   * Returns the same with another value.
   *
   * @param value null for none any more
   */
  public GroupSecrets with(String name, @Nullable String value) {
    Map<String, String> changed = new TreeMap<>(values);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return new GroupSecrets(new TreeMap<>(changed));
  }

  /** Shows the names alone: this text ends up in logs. */
  @Override
  public String toString() {
    return "GroupSecrets" + values.keySet();
  }
}
