// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.Links;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything at and below a path that is computed: routes with templates, parameters and bodies of
 * certain types. A service without a document, started with {@code host.start(routes)} or {@code
 * app.serve(routes)}; every node answers for itself.
 *
 * <pre>{@code
 * host.start(
 *     Routes.at("/orders")
 *         .on(get("/{customer}/{number}", OrderName.class).to((request, name) -> orders.find(name)))
 *         .on(delete("/{customer}/{number}", OrderName.class).to((request, name) -> orders.drop(name))));
 * }</pre>
 *
 * <p>The most specific template answers: from the left, a constant goes before a variable. A
 * parameter that is missing, unknown or no value of its type is refused with 400, a body of another
 * media type with 415, an {@code Accept} that fits no form of the answer with 406, a verb that no
 * template of the path has with 405. Declared by one thread; immutable once started.
 */
public final class Routes extends StatelessService {

  private final List<Route<?>> routes = new ArrayList<>();
  private final RouteTree tree = new RouteTree();
  private final int baseSegments;

  private Routes(String base) {
    setSelfLink(base);
    baseSegments = Links.segments(base).size();
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  /**
   * Begins the routes of a path.
   *
   * @throws IllegalArgumentException if it is the root, or has variables
   */
  public static Routes at(String base) {
    String link = UriUtils.normalizeUriPath(base);
    if (link.length() < 2 || link.contains("{")) {
      throw new IllegalArgumentException(
          "Routes need a path of their own, without variables: not '%s'".formatted(base));
    }
    return new Routes(link);
  }

  /**
   * Adds a route.
   *
   * @throws IllegalArgumentException if another one answers the same requests
   */
  public Routes on(Route<?> route) {
    if (getProcessingStage() != ProcessingStage.CREATED) {
      throw new IllegalStateException("The routes of " + getSelfLink() + " are started");
    }
    tree.add(route);
    routes.add(route);
    return this;
  }

  @Override
  public Set<Action> verbs(String path) {
    Set<Action> verbs = tree.verbs(below(UriUtils.buildUri(getHost(), path).getRawPath()));
    if (verbs.isEmpty()) {
      return EnumSet.allOf(Action.class);
    }
    verbs.add(Action.OPTIONS);
    return verbs;
  }

  @Override
  public void handleRequest(Operation op) {
    List<String> path = below(op.getUri().getRawPath());
    Route<?> route = tree.find(path, op.getAction());
    if (route != null) {
      route.answer(op, new Route.Call(getHost(), op, path, null));
    } else if (isOfTheService(op)) {
      super.handleRequest(op);
    } else if (tree.verbs(path).isEmpty()) {
      Operation.failServiceNotFound(op);
    } else {
      Operation.failActionNotSupported(op);
    }
  }

  /** A DELETE from outside does not stop the service; the host's own, at its end, does. */
  private static boolean isOfTheService(Operation op) {
    return op.getAction() == Action.OPTIONS
        || (op.getAction() == Action.DELETE
            && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE));
  }

  @Override
  public boolean isStoppedBy(Operation delete) {
    return super.isStoppedBy(delete) && tree.find(List.of(), Action.DELETE) == null;
  }

  @Override
  public boolean readsAsStream(Action verb, String rawPath) {
    Route<?> route = tree.find(below(rawPath), verb);
    return route != null && route.body().isStream();
  }

  @Override
  public boolean hasStreams() {
    return routes.stream().anyMatch(route -> route.body().isStream());
  }

  private List<String> below(@Nullable String rawPath) {
    List<String> all = Links.segments(rawPath);
    return all.subList(Math.min(baseSegments, all.size()), all.size());
  }

  /** Describes the routes, each with its parameters, body and answers. */
  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    ServiceDocumentDescription described = template.documentDescription;
    if (described != null) {
      routes.forEach(route -> described.addRoute(route.action().name(), route.description()));
    }
    return template;
  }
}
