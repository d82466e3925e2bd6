// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What this node can do for a group at a moment, and what keeps it from more. The one source of its
 * health, of the status that it shows for itself, of the availability of factories, and of what
 * requests are refused for.
 *
 * @param idle whether fewer members live than {@code membershipQuorum} asks for, or the group is
 *     being restored: then this node owns nothing, although it may lead
 * @param current whether every replica that this node is to hold is open and has what its leader
 *     has
 * @param refusal why nobody can own a document now, so that to wait for an owner would be in vain;
 *     empty if somebody may
 * @param shared what keeps this node from serving any document
 * @param bySelector what keeps it from serving all documents of a selector, by the selector's name
 */
public record Condition(
    boolean idle,
    boolean current,
    String refusal,
    List<Obstacle> shared,
    Map<String, List<Obstacle>> bySelector) {

  /** Nothing is in the way. */
  public static final Condition WELL = new Condition(false, true, "", List.of(), Map.of());

  /** Copies the sentences. */
  public Condition {
    shared = List.copyOf(shared);
    bySelector = Map.copyOf(bySelector);
  }

  /** Nothing can be done, for one reason that lies in what this node is in its group. */
  public static Condition none(String reason) {
    return none(new Obstacle(Obstacle.Kind.GROUP, reason));
  }

  /** Nothing can be done, for one reason. */
  public static Condition none(Obstacle obstacle) {
    return new Condition(true, false, obstacle.text(), List.of(obstacle), Map.of());
  }

  /** Tells whether this node serves every document of the group. */
  public boolean isWell() {
    return shared.isEmpty() && bySelector.isEmpty();
  }

  /** Returns everything that is in the way, selectors by name. */
  public List<String> reasons() {
    return texts(obstacles().stream());
  }

  /** Returns the same with what each thing is about. */
  public List<Obstacle> obstacles() {
    List<Obstacle> all = new ArrayList<>(shared);
    bySelector.keySet().stream().sorted().map(bySelector::get).forEach(all::addAll);
    return all;
  }

  /** Returns what is in the way of the documents of one selector. */
  public List<String> reasons(String selector) {
    return texts(
        Stream.concat(shared.stream(), bySelector.getOrDefault(selector, List.of()).stream()));
  }

  private static List<String> texts(Stream<Obstacle> obstacles) {
    return obstacles.map(Obstacle::text).toList();
  }
}
