// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.placement;

import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.PartitionRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.cluster.group.state.SystemState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes hold, vote and lead what: rendezvous hashing (Thaler, Ravishankar 1996) with
 * bounded loads (Mirrokni et al. 2016). Pure functions of the group's state, so that all members
 * decide alike.
 */
public final class Placement {

  /** More voters would make each commit slower and no safer. */
  static final int MAX_VOTERS = 7;

  private Placement() {}

  /** Returns who votes in groups that every node is in: the PEERs that have been there longest. */
  public static List<String> everywhereVoters(SystemState state) {
    return state.nodes().values().stream()
        .filter(NodeRecord::isPeer)
        .sorted(Comparator.comparingLong(NodeRecord::joinedVersion).thenComparing(NodeRecord::id))
        .limit(MAX_VOTERS)
        .map(NodeRecord::id)
        .toList();
  }

  /** Returns the members that a group with every node in it is to have, and whether they vote. */
  public static Map<String, Boolean> everywhere(SystemState state) {
    List<String> voters = everywhereVoters(state);
    Map<String, Boolean> members = new TreeMap<>();
    state.nodes().keySet().forEach(id -> members.put(id, voters.contains(id)));
    return members;
  }

  /** Returns the members that a partition is to have, and whether they vote. */
  public static Map<String, Boolean> members(SystemState state, PartitionRecord partition) {
    if (partition.holders().isEmpty()) {
      return everywhere(state);
    }
    Map<String, Boolean> members = new TreeMap<>();
    for (String holder : partition.holders()) {
      if (state.nodes().containsKey(holder)) {
        members.put(holder, true);
      }
    }
    return members;
  }

  /** Returns the partitions of a new selector. */
  public static SelectorRecord establish(SystemState state, SelectorSpec spec, int count) {
    List<NodeRecord> peers = state.nodes().values().stream().filter(NodeRecord::isPeer).toList();
    List<String> ready =
        peers.stream().filter(NodeRecord::isAvailable).map(NodeRecord::id).toList();
    List<String> candidates = ready.isEmpty() ? peers.stream().map(NodeRecord::id).toList() : ready;
    List<PartitionRecord> partitions = new ArrayList<>();
    Map<String, Integer> load = new HashMap<>();
    for (int i = 0; i < count; i++) {
      List<String> holders = List.of();
      List<String> founders =
          everywhereVoters(state).stream().filter(candidates::contains).toList();
      if (spec.replicationFactor() > 0) {
        holders =
            choose(
                new ArrayList<>(), candidates, spec.replicationFactor(), key(spec, i), load, count);
        founders = holders;
      }
      partitions.add(new PartitionRecord(founders, state.version() + 1, holders));
    }
    return new SelectorRecord(spec, partitions);
  }

  /**
   * Returns the selector with members that are gone replaced, and missing ones added; the same if
   * nothing is to be done.
   */
  public static SelectorRecord repair(SystemState state, SelectorRecord selector) {
    int factor = selector.spec().replicationFactor();
    if (factor == 0) {
      return selector;
    }
    List<String> candidates =
        state.nodes().values().stream()
            .filter(node -> node.isPeer() && node.isAvailable())
            .map(NodeRecord::id)
            .toList();
    Map<String, Integer> load = new HashMap<>();
    List<List<String>> kept = new ArrayList<>();
    for (PartitionRecord partition : selector.partitions()) {
      List<String> left = new ArrayList<>();
      for (String holder : partition.holders()) {
        NodeRecord node = state.nodes().get(holder);
        if (node != null && node.isPeer()) {
          left.add(holder);
          load.merge(holder, 1, Integer::sum);
        }
      }
      kept.add(left);
    }
    int count = selector.partitions().size();
    List<PartitionRecord> partitions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> holders =
          choose(kept.get(i), candidates, factor, key(selector.spec(), i), load, count);
      // Nobody left to hold it: keep the names, so that a holder that returns finds its place.
      PartitionRecord partition = selector.partitions().get(i);
      partitions.add(
          holders.isEmpty() || holders.equals(partition.holders())
              ? partition
              : partition.heldBy(holders));
    }
    return partitions.equals(selector.partitions())
        ? selector
        : new SelectorRecord(selector.spec(), partitions);
  }

  /**
   * Moves one replica from the most loaded node to the least loaded one, if that evens them out.
   */
  public static SelectorRecord even(SystemState state, SelectorRecord selector) {
    Map<String, Integer> load = new TreeMap<>();
    state.nodes().values().stream()
        .filter(node -> node.isPeer() && node.isAvailable())
        .forEach(node -> load.put(node.id(), 0));
    selector.partitions().stream()
        .flatMap(partition -> partition.holders().stream())
        .forEach(holder -> load.computeIfPresent(holder, (id, count) -> count + 1));
    if (selector.spec().replicationFactor() == 0 || load.size() < 2) {
      return selector;
    }
    String least =
        java.util.Collections.min(load.entrySet(), Map.Entry.comparingByValue()).getKey();
    String most = java.util.Collections.max(load.entrySet(), Map.Entry.comparingByValue()).getKey();
    if (load.getOrDefault(most, 0) - load.getOrDefault(least, 0) < 2) {
      return selector;
    }
    List<PartitionRecord> partitions = new ArrayList<>(selector.partitions());
    for (int i = 0; i < partitions.size(); i++) {
      List<String> holders = new ArrayList<>(partitions.get(i).holders());
      if (holders.contains(most) && !holders.contains(least)) {
        holders.set(holders.indexOf(most), least);
        partitions.set(i, partitions.get(i).heldBy(holders));
        return new SelectorRecord(selector.spec(), partitions);
      }
    }
    return selector;
  }

  /**
   * Returns which node is to lead each partition of a selector; null for one without a candidate.
   * No node leads more than its share, rounded up, as far as the replicas allow.
   */
  public static List<@Nullable String> leaders(SystemState state, SelectorRecord selector) {
    List<List<String>> candidates = new ArrayList<>();
    TreeMap<String, Integer> load = new TreeMap<>();
    for (PartitionRecord partition : selector.partitions()) {
      List<String> able =
          members(state, partition).entrySet().stream()
              .filter(member -> member.getValue() && available(state, member.getKey()))
              .map(Map.Entry::getKey)
              .toList();
      candidates.add(able);
      able.forEach(id -> load.put(id, 0));
    }
    int count = selector.partitions().size();
    int share = load.isEmpty() ? 0 : (count + load.size() - 1) / load.size();
    List<@Nullable String> leaders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String leader = pick(ranked(candidates.get(i), key(selector.spec(), i)), load, share);
      leaders.add(leader);
      if (leader != null) {
        load.merge(leader, 1, Integer::sum);
      }
    }
    return leaders;
  }

  private static boolean available(SystemState state, String id) {
    NodeRecord node = state.nodes().get(id);
    return node != null && node.isAvailable();
  }

  private static List<String> choose(
      List<String> kept,
      List<String> candidates,
      int factor,
      String key,
      Map<String, Integer> load,
      int partitions) {
    List<String> holders = new ArrayList<>(kept);
    int nodes = Math.max(1, candidates.size());
    int share = (partitions * Math.min(factor, nodes) + nodes - 1) / nodes;
    List<String> ranked = new ArrayList<>(ranked(candidates, key));
    ranked.removeAll(holders);
    while (holders.size() < factor && !ranked.isEmpty()) {
      String chosen = pick(ranked, load, share);
      if (chosen == null) {
        break;
      }
      ranked.remove(chosen);
      holders.add(chosen);
      load.merge(chosen, 1, Integer::sum);
    }
    return List.copyOf(holders);
  }

  /** Returns the first that has not its share yet; if all have, the least loaded. */
  private static @Nullable String pick(List<String> ranked, Map<String, Integer> load, int share) {
    for (String candidate : ranked) {
      if (load.getOrDefault(candidate, 0) < share) {
        return candidate;
      }
    }
    return ranked.stream()
        .min(Comparator.comparingInt(candidate -> load.getOrDefault(candidate, 0)))
        .orElse(null);
  }

  private static List<String> ranked(Collection<String> nodes, String key) {
    return nodes.stream()
        .sorted(
            Comparator.comparingLong((String node) -> hash(node + "\n" + key))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static String key(SelectorSpec spec, int number) {
    return spec.name() + "/" + number;
  }

  /** FNV-1a, finished by the mixer of splitmix64, as plain FNV leaves like names close together. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
