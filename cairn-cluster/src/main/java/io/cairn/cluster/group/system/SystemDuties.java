// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.system;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of the system partition does for the group: notes who died and who returned,
 * removes those dead for too long, and finds new places for what they held. Used by one thread at a
 * time; a new one for each leadership.
 */
public final class SystemDuties {

  private static final Logger LOG = LoggerFactory.getLogger(SystemDuties.class);

  private final GroupContext context;
  private final long since;
  private final Map<String, Long> deadSince = new HashMap<>();
  private final Map<String, Long> departedSince = new HashMap<>();

  public SystemDuties(GroupContext context) {
    this.context = context;
    this.since = now();
  }

  private long now() {
    return context.environment().nanos().getAsLong();
  }

  /** Returns since when this leader knows that a member was removed, for the leader's own clock. */
  public long departedSince(String id) {
    return departedSince.computeIfAbsent(id, any -> now());
  }

  /**
   * Returns the state as it should be; the same if it is.
   *
   * @param gone tells whether a departed member is in no partition any more
   * @param settled tells whether a selector's partitions are where they should be
   */
  public SystemState plan(SystemState state, Predicate<String> gone, Predicate<String> settled) {
    departedSince.keySet().retainAll(state.departed().keySet());
    SystemState next = state;
    for (NodeRecord node : state.nodes().values()) {
      next = judge(next, node);
    }
    for (String id : state.departed().keySet()) {
      if (gone.test(id)) {
        next = next.forgotten(id);
      }
    }
    for (SelectorRecord selector : state.selectors().values()) {
      SelectorRecord repaired = Placement.repair(next, selector);
      if (repaired.equals(selector) && next.equals(state) && settled.test(selector.spec().name())) {
        repaired = Placement.even(next, selector);
      }
      if (!repaired.equals(selector)) {
        next = next.withSelector(repaired);
      }
    }
    return next;
  }

  private SystemState judge(SystemState state, NodeRecord node) {
    String id = node.id();
    long micros = context.environment().micros();
    boolean alive = context.peers().isAlive(id) && !context.peers().isLeaving(id);
    if (alive) {
      deadSince.remove(id);
      if (node.unavailableSinceMicros() != 0) {
        return state.withNode(node.alive(true, micros));
      }
      URI address = context.peers().address(id);
      Map<String, String> properties = context.peers().properties(id);
      NodeRecord there =
          node.at(
              address == null ? node.address() : address,
              properties == null ? node.properties() : properties,
              micros);
      return there.isWhere(node) ? state : state.withNode(there);
    }
    long dead = now() - deadSince.computeIfAbsent(id, any -> now());
    if (node.unavailableSinceMicros() == 0) {
      // Nobody is known to a node that has just started; that does not mean that they are dead.
      boolean certain =
          context.peers().wasSeen(id) || now() - since >= context.timings().detection().toNanos();
      return certain ? state.withNode(node.dead(micros)) : state;
    }
    // Measured by this leader's own clock, which no step of the time of day can hurry.
    Duration delay =
        Duration.ofNanos(MICROSECONDS.toNanos(state.config().nodeRemovalDelayMicros()));
    if (dead >= delay.toNanos()) {
      LOG.warn("Node {} of group {} was dead for {} and is removed", id, state.uid(), delay);
      return state.without(id, micros);
    }
    return state;
  }
}
