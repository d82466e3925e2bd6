// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets what was put into it longest ago when it is full. */
final class RecentMap<K, V> extends LinkedHashMap<K, V> {

  private static final long serialVersionUID = 1L;

  private final int capacity;

  RecentMap(int capacity) {
    super(16, 0.75f, false);
    this.capacity = capacity;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > capacity;
  }
}
