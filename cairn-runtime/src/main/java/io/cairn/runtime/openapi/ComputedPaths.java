// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.Route;
import io.cairn.service.Service.Action;
import io.cairn.service.StatelessService;
import io.cairn.service.routes.Routes;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Describes a service without a document: its routes, or the verbs that it has handlers for. */
final class ComputedPaths {
  private static final Logger log = LoggerFactory.getLogger(ComputedPaths.class);

  private final ApiWriter.Section section;

  ComputedPaths(ApiWriter.Section section) {
    this.section = section;
  }

  void of(ApiService.Computed computed) {
    List<Route> routes = routesOf(computed.service());
    DeclaredRoutes declared = new DeclaredRoutes(section);
    Set<Action> described = EnumSet.noneOf(Action.class);
    for (Route route : routes) {
      declared.put(route, computed.link(), computed.link(), section.name(), false, false);
      if (isOfTheLink(route) && route.action != null) {
        described.add(Action.valueOf(route.action));
      }
    }
    boolean tree = computed.service() instanceof Routes;
    for (Action verb : computed.service().verbs(computed.link())) {
      boolean plain = verb != Action.OPTIONS && !tree && !described.contains(verb);
      if (plain && section.shows(verb, computed.link())) {
        section.put(computed.link(), verb, plain(computed, verb));
      }
    }
  }

  private static boolean isOfTheLink(Route route) {
    return route.path == null || route.path.isEmpty() || route.path.equals("/");
  }

  /** An author's template may fail; the document then says less. */
  private static List<Route> routesOf(StatelessService service) {
    try {
      ServiceDocumentDescription description = service.getDocumentTemplate().documentDescription;
      return description == null ? List.of() : description.declaredRoutes().toList();
    } catch (RuntimeException e) {
      log.warn("{} cannot describe its routes", service.getSelfLink(), e);
      return List.of();
    }
  }

  private ApiOperation plain(ApiService.Computed computed, Action verb) {
    ApiOperation operation =
        section.operation(
            OperationNames.verb(verb) + section.name(), "%s %s".formatted(verb, computed.link()));
    if (verb == Action.POST || verb == Action.PUT || verb == Action.PATCH) {
      operation.takesBody(ApiOperation.JSON, false, null, null);
    }
    if (computed.link().equals(ServiceUriPaths.ODATA_QUERIES)) {
      operation.takes(SharedParameter.OF_LISTINGS);
    }
    Class<? extends ServiceDocument> type = computed.service().getStateType();
    ObjectNode schema =
        verb == Action.GET && type != ServiceDocument.class ? section.schemas().ofType(type) : null;
    return operation
        .answers(200, "The answer", schema == null ? "*/*" : ApiOperation.JSON, schema, null)
        .refusedWith(computed.isOpen(verb == Action.GET), 404, 405);
  }
}
