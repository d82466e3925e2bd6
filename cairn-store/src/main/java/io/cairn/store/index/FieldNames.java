// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.jspecify.annotations.Nullable;

/**
 * The query names that have fields in one partition's index, bounded: every distinct name costs
 * memory in Lucene for as long as the index lives, and documents may invent names (map keys).
 * Confined to the store's index lock.
 */
public final class FieldNames {
  private final int max;
  private final Map<String, Names> byQueryName = new HashMap<>();

  public FieldNames(int max) {
    this.max = max;
  }

  /** The Lucene fields of one query name. */
  record Names(
      String exact,
      String text,
      String integer,
      String decimal,
      String exactNumber,
      String sortable) {
    static Names of(String name) {
      return new Names(
          IndexFields.exact(name),
          IndexFields.text(name),
          IndexFields.integer(name),
          IndexFields.decimal(name),
          IndexFields.exactNumber(name),
          IndexFields.sortable(name));
    }
  }

  /** Learns the names that an index has already. */
  public void learn(FieldInfos infos) {
    for (FieldInfo info : infos) {
      if (info.name.indexOf(':') == 1) {
        byQueryName.computeIfAbsent(info.name.substring(2), Names::of);
      }
    }
  }

  /** The fields of a name, or null when the bound is reached and the name is a new one. */
  @Nullable Names of(String name) {
    Names known = byQueryName.get(name);
    if (known != null) {
      return known;
    }
    if (byQueryName.size() >= max) {
      return null;
    }
    Names names = Names.of(name);
    byQueryName.put(name, names);
    return names;
  }
}
