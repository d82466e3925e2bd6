// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import io.cairn.document.ServiceDocument;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What changed between two versions of a document: the values that differ, at the deepest paths at
 * which they do. Items of arrays are compared by their places, after what both begin and end with.
 * The fields that the runtime stamps into each version do not count, but for the expiration.
 */
public final class FieldChanges {

  /** So many changes of one version are named; of more it is said that there are more. */
  public static final int MAX_NAMED = 100;

  /**
   * One value that changed.
   *
   * @param path where it is, as a JSON Pointer (RFC 6901)
   * @param before what was there; null if nothing was
   * @param after what is there; null if nothing is
   */
  public record FieldChange(String path, @Nullable JsonNode before, @Nullable JsonNode after) {}

  private final List<FieldChange> found = new ArrayList<>();
  private boolean more;

  private FieldChanges() {}

  /**
   * Compares two versions.
   *
   * @param before null if there was none
   * @param after null if there is none any more
   */
  public static FieldChanges between(@Nullable JsonNode before, @Nullable JsonNode after) {
    FieldChanges changes = new FieldChanges();
    for (String name : names(before, after)) {
      boolean counts =
          !ServiceDocument.isBuiltInDocumentField(name)
              || name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS);
      if (counts) {
        changes.compare("/" + escaped(name), at(before, name), at(after, name));
      }
    }
    return changes;
  }

  /** The changes, at most {@link #MAX_NAMED}. */
  public List<FieldChange> named() {
    return found;
  }

  /** Whether there are more than are named. */
  public boolean isCut() {
    return more;
  }

  private void compare(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (before == null ? after == null : before.equals(after)) {
      return;
    }
    if (before != null && after != null && before.isObject() && after.isObject()) {
      for (String name : names(before, after)) {
        compare(path + "/" + escaped(name), at(before, name), at(after, name));
      }
    } else if (before != null && after != null && before.isArray() && after.isArray()) {
      compareItems(path, before, after);
    } else if (found.size() < MAX_NAMED) {
      found.add(new FieldChange(path, before, after));
    } else {
      more = true;
    }
  }

  private void compareItems(String path, JsonNode before, JsonNode after) {
    int shorter = Math.min(before.size(), after.size());
    int same = 0;
    while (same < shorter && before.get(same).equals(after.get(same))) {
      same++;
    }
    int tail = 0;
    while (tail < shorter - same
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    int endBefore = before.size() - tail;
    int endAfter = after.size() - tail;
    for (int i = same; i < Math.max(endBefore, endAfter); i++) {
      compare(
          path + "/" + i, i < endBefore ? before.get(i) : null, i < endAfter ? after.get(i) : null);
    }
  }

  /** Null and absent are the same in a document, and so is an expiration that never comes. */
  private static @Nullable JsonNode at(@Nullable JsonNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    boolean never =
        name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS)
            && value != null
            && value.asLong(0) == 0;
    return value == null || value.isNull() || never ? null : value;
  }

  private static Set<String> names(@Nullable JsonNode before, @Nullable JsonNode after) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode object : new @Nullable JsonNode[] {before, after}) {
      if (object != null) {
        object.properties().stream().map(Map.Entry::getKey).forEach(names::add);
      }
    }
    return names;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
