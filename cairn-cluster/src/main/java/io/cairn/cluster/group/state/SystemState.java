// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The truth about a group, which all its members share by consensus. Immutable.
 *
 * @param uid the group's random name
 * @param version rises by one with each change
 * @param config what operators set
 * @param membershipUpdateTimeMicros when a member last came, went, died or recovered
 * @param founders the nodes that the system partition itself began with
 * @param nodes the members by id
 * @param departed removed members whose removal has not reached every partition yet, with the token
 *     of their membership; they may not come back before it has
 * @param selectors the selectors by name
 * @param formerly the uids of lost groups in whose place this one is, by {@code GroupRecovery}
 * @param secrets what members only may know
 */
public record SystemState(
    String uid,
    long version,
    GroupConfig config,
    long membershipUpdateTimeMicros,
    List<String> founders,
    SortedMap<String, NodeRecord> nodes,
    SortedMap<String, String> departed,
    SortedMap<String, SelectorRecord> selectors,
    List<String> formerly,
    GroupSecrets secrets) {

  public SystemState {
    formerly = List.copyOf(formerly);
    founders = List.copyOf(founders);
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    departed = Collections.unmodifiableSortedMap(new TreeMap<>(departed));
    selectors = Collections.unmodifiableSortedMap(new TreeMap<>(selectors));
  }

  /** A group that nothing has happened to yet, of one member. */
  public static SystemState of(
      String uid, GroupConfig config, long micros, List<String> founders, NodeRecord member) {
    TreeMap<String, NodeRecord> nodes = new TreeMap<>();
    nodes.put(member.id(), member);
    return new SystemState(
        uid,
        0,
        config,
        micros,
        founders,
        nodes,
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        GroupSecrets.NONE);
  }

  /** Tells whether this membership of the node is a present one. */
  public boolean has(String nodeId, String token) {
    NodeRecord node = nodes.get(nodeId);
    return node != null && node.token().equals(token);
  }

  public @Nullable PartitionRecord partition(String selector, int number) {
    SelectorRecord known = selectors.get(selector);
    return known == null || number >= known.partitions().size()
        ? null
        : known.partitions().get(number);
  }

  /** Returns the same with another version, for several changes that are made as one. */
  public SystemState asVersion(long other) {
    return new SystemState(
        uid,
        other,
        config,
        membershipUpdateTimeMicros,
        founders,
        nodes,
        departed,
        selectors,
        formerly,
        secrets);
  }

  /** Returns the next version, in which one of these may differ. */
  private SystemState next(
      GroupConfig nextConfig,
      long membershipTime,
      SortedMap<String, NodeRecord> nextNodes,
      SortedMap<String, String> nextDeparted,
      SortedMap<String, SelectorRecord> nextSelectors) {
    return new SystemState(
        uid,
        version + 1,
        nextConfig,
        membershipTime,
        founders,
        nextNodes,
        nextDeparted,
        nextSelectors,
        formerly,
        secrets);
  }

  public SystemState withNode(NodeRecord node) {
    TreeMap<String, NodeRecord> changed = new TreeMap<>(nodes);
    changed.put(node.id(), node);
    long time = Math.max(membershipUpdateTimeMicros + 1, node.updateTimeMicros());
    return next(config, time, changed, departed, selectors);
  }

  public SystemState withConfig(GroupConfig other) {
    return other.equals(config)
        ? this
        : next(other, membershipUpdateTimeMicros, nodes, departed, selectors);
  }

  public SystemState withSelector(SelectorRecord selector) {
    TreeMap<String, SelectorRecord> changed = new TreeMap<>(selectors);
    changed.put(selector.spec().name(), selector);
    return next(config, membershipUpdateTimeMicros, nodes, departed, changed);
  }

  public SystemState without(String nodeId, long micros) {
    TreeMap<String, NodeRecord> changed = new TreeMap<>(nodes);
    NodeRecord gone = changed.remove(nodeId);
    if (gone == null) {
      return this;
    }
    TreeMap<String, String> leaving = new TreeMap<>(departed);
    leaving.put(nodeId, gone.token());
    long time = Math.max(membershipUpdateTimeMicros + 1, micros);
    return next(config, time, changed, leaving, selectors);
  }

  public SystemState withSecrets(GroupSecrets other) {
    return other.equals(secrets)
        ? this
        : new SystemState(
            uid,
            version + 1,
            config,
            membershipUpdateTimeMicros,
            founders,
            nodes,
            departed,
            selectors,
            formerly,
            other);
  }

  public SystemState forgotten(String nodeId) {
    TreeMap<String, String> left = new TreeMap<>(departed);
    left.remove(nodeId);
    return next(config, membershipUpdateTimeMicros, nodes, left, selectors);
  }
}
