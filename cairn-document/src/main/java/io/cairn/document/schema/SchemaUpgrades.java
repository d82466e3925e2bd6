// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converters by code, for what annotations cannot say. Each brings documents from the version
 * before to its own; a document that was written without converters has version 0. The version of a
 * stored document stands in its field {@code documentSchemaVersion}. Immutable.
 */
public final class SchemaUpgrades {
  private static final SchemaUpgrades NONE = new SchemaUpgrades(new TreeMap<>());

  /** Changes the JSON of a document. */
  @FunctionalInterface
  public interface Upgrade {
    /**
     * Brings a document to the next version, in place. Called whenever an old document is read, on
     * several nodes and perhaps more than once: it must do the same each time and ask nobody.
     */
    void apply(ObjectNode document);
  }

  private final NavigableMap<Integer, Upgrade> byVersion;

  private SchemaUpgrades(NavigableMap<Integer, Upgrade> byVersion) {
    this.byVersion = byVersion;
  }

  /** No converters: version 0. */
  public static SchemaUpgrades none() {
    return NONE;
  }

  /**
   * These and one more.
   *
   * @param version what the converter makes; from 1, each greater by 1 than the one before
   */
  public SchemaUpgrades and(int version, Upgrade upgrade) {
    if (version != version() + 1) {
      throw new IllegalArgumentException(
          "The next converter makes schema version %d, not %d".formatted(version() + 1, version));
    }
    NavigableMap<Integer, Upgrade> more = new TreeMap<>(byVersion);
    more.put(version, upgrade);
    return new SchemaUpgrades(more);
  }

  /** The version of documents that are written now. */
  public int version() {
    return byVersion.isEmpty() ? 0 : byVersion.lastKey();
  }

  /** Converts a document of a version, in place. */
  void apply(int version, ObjectNode document) {
    for (Map.Entry<Integer, Upgrade> next : byVersion.tailMap(version, false).entrySet()) {
      next.getValue().apply(document);
    }
  }
}
