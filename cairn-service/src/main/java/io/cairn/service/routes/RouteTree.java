// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.service.Service.Action;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a path. From the first segment on, a constant goes before a variable, and a
 * variable before one that takes the rest; a way that leads to no route of the verb is given up for
 * the next. Filled by one thread, then read by any number.
 */
final class RouteTree {

  private final Node root = new Node();

  private static final class Node {
    final Map<String, Node> constants = new HashMap<>();
    final Map<Action, Route<?>> routes = new EnumMap<>(Action.class);
    final Map<Action, Route<?>> takingRest = new EnumMap<>(Action.class);
    @Nullable Node variable;

    Node variable() {
      Node present = variable;
      if (present == null) {
        present = new Node();
        variable = present;
      }
      return present;
    }
  }

  /**
   * Adds a route.
   *
   * @throws IllegalArgumentException if another one answers the same requests
   */
  void add(Route<?> route) {
    Node node = root;
    Map<Action, Route<?>> end = null;
    for (PathPattern.Segment segment : route.pattern().segments()) {
      switch (segment) {
        case PathPattern.Constant(var value) ->
            node = node.constants.computeIfAbsent(value, _ -> new Node());
        case PathPattern.Variable(var _, var takesRest) -> {
          if (takesRest) {
            end = node.takingRest;
          } else {
            node = node.variable();
          }
        }
      }
    }
    Route<?> other = (end == null ? node.routes : end).putIfAbsent(route.action(), route);
    if (other != null) {
      throw new IllegalArgumentException(
          "%s and %s answer the same requests".formatted(route, other));
    }
  }

  /** Returns the most specific route of a path and verb; null if there is none. */
  @Nullable Route<?> find(List<String> path, Action verb) {
    return find(root, path, 0, verb);
  }

  private static @Nullable Route<?> find(Node node, List<String> path, int at, Action verb) {
    if (at == path.size()) {
      return node.routes.get(verb);
    }
    Node constant = node.constants.get(path.get(at));
    Route<?> found = constant == null ? null : find(constant, path, at + 1, verb);
    if (found == null && node.variable != null) {
      found = find(node.variable, path, at + 1, verb);
    }
    return found == null ? node.takingRest.get(verb) : found;
  }

  /** The verbs that a path answers; empty if it fits no template. */
  Set<Action> verbs(List<String> path) {
    Set<Action> verbs = EnumSet.noneOf(Action.class);
    for (Action verb : Action.values()) {
      if (find(path, verb) != null) {
        verbs.add(verb);
      }
    }
    return verbs;
  }
}
