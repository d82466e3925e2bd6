// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Builds, from events alone, what readers should see; refuses events that are out of order. */
final class EventReplay implements AttributesListener {

  private final TreeMap<String, TreeMap<String, Attribute<?>>> sets = new TreeMap<>();

  @Override
  public void onEvent(AttributeEvent event) {
    Map<String, Attribute<?>> set = sets.get(event.set());
    if (event instanceof AttributeEvent.SetCreated) {
      require(set == null, event);
      sets.put(event.set(), new TreeMap<>());
      return;
    }
    require(set != null, event);
    switch (event) {
      case AttributeEvent.SetCreated created -> throw new AssertionError(created);
      case AttributeEvent.SetRemoved removed -> {
        require(set.isEmpty(), event);
        sets.remove(removed.set());
      }
      case AttributeEvent.Added added ->
          require(set.put(added.attribute().name(), added.attribute()) == null, event);
      case AttributeEvent.Replaced replaced -> {
        require(!replaced.previous().equals(replaced.attribute()), event);
        Attribute<?> before = set.put(replaced.attribute().name(), replaced.attribute());
        require(replaced.previous().equals(before), event);
      }
      case AttributeEvent.Removed removed ->
          require(removed.attribute().equals(set.remove(removed.attribute().name())), event);
    }
  }

  private void require(boolean holds, AttributeEvent event) {
    if (!holds) {
      throw new AssertionError(event + " after " + sets);
    }
  }

  void check(Collection<AttributeSet> visible) {
    Map<String, Map<String, Attribute<?>>> seen = new TreeMap<>();
    visible.forEach(set -> seen.put(set.name(), set.attributes()));
    if (!seen.equals(sets)) {
      throw new AssertionError("events tell of " + sets + ", readers see " + seen);
    }
  }
}
