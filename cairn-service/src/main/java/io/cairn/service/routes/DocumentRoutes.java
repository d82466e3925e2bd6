// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.DocumentService;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes below each document of a service: given to {@link DocumentService#routes}, or returned
 * by {@link StatefulService#routes()}. The most specific template answers, and what does not fit is
 * refused, as {@link Routes} say. Immutable.
 *
 * @param <S> the state of the documents
 */
public final class DocumentRoutes<S> implements StatefulService.RoutesBelow<S> {

  private final List<DocumentRoute<S, ?>> routes;
  private final RouteTree tree = new RouteTree();
  private final Set<Route<?>> changing = new HashSet<>();

  private DocumentRoutes(List<DocumentRoute<S, ?>> routes) {
    this.routes = List.copyOf(routes);
    for (DocumentRoute<S, ?> each : routes) {
      tree.add(each.route());
      if (each.changes()) {
        changing.add(each.route());
      }
    }
  }

  /**
   * The routes of one service.
   *
   * @param first of at least one
   * @throws IllegalArgumentException if two answer the same requests
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public static <S> DocumentRoutes<S> of(DocumentRoute<S, ?> first, DocumentRoute<S, ?>... others) {
    List<DocumentRoute<S, ?>> all = new ArrayList<>(List.of(others));
    all.addFirst(first);
    return new DocumentRoutes<>(all);
  }

  @Override
  public Class<S> stateType() {
    return routes.getFirst().state();
  }

  @Override
  public boolean changeAnything() {
    return !changing.isEmpty();
  }

  @Override
  public Set<Action> verbs(List<String> path) {
    Set<Action> verbs = tree.verbs(path);
    if (!verbs.isEmpty()) {
      verbs.add(Action.OPTIONS);
    }
    return verbs.isEmpty() ? EnumSet.noneOf(Action.class) : verbs;
  }

  @Override
  public boolean changes(Action verb, List<String> path) {
    Route<?> route = tree.find(path, verb);
    return route != null && changing.contains(route);
  }

  @Override
  public void handle(
      ServiceHost host, Operation op, List<String> path, StatefulService.RoutedState state) {
    @Nullable Route<?> route = tree.find(path, op.getAction());
    if (route != null) {
      route.answer(op, new Route.Call(host, op, path, state));
    } else if (tree.verbs(path).isEmpty()) {
      Operation.failServiceNotFound(op);
    } else {
      Operation.failActionNotSupported(op);
    }
  }

  @Override
  public void describe(ServiceDocumentDescription description) {
    for (DocumentRoute<S, ?> each : routes) {
      Route<?> route = each.route();
      description.addRoute(route.action().name(), route.description());
    }
  }
}
