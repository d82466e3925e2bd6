// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceConfiguration;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceSubscriptionState;
import io.cairn.service.uri.UtilitySuffixes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Describes what a host answers below the link of each service. */
final class UtilityPaths {
  private final ApiWriter.Section section;

  UtilityPaths(ApiWriter.Section section) {
    this.section = section;
  }

  void of(ApiService service) {
    switch (service) {
      case ApiService.Collection collection -> {
        of(
            collection.link(),
            collection.link(),
            "",
            FactoryService.FactoryServiceConfiguration.class);
        String child = collection.link() + "/{id}";
        of(child, collection.link() + "/any", "Document", ServiceConfiguration.class);
        history(collection.documents(), child, collection.link() + "/any");
      }
      case ApiService.Document document -> {
        of(document.link(), document.link(), "", ServiceConfiguration.class);
        history(document.documents(), document.link(), document.link());
      }
      case ApiService.Computed computed ->
          of(computed.link(), computed.link(), "", ServiceConfiguration.class);
    }
  }

  private void of(String link, String asked, String of, Class<?> configuration) {
    String base = link.equals("/") ? "" : link;
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_STATS,
        asked,
        Action.GET,
        of + "Stats",
        "Statistics",
        null,
        ServiceStats.class);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_CONFIG,
        asked,
        Action.GET,
        of + "Config",
        "How it is set up",
        null,
        configuration);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_CONFIG,
        asked,
        Action.PATCH,
        of + "Config",
        "Set it up otherwise, on this node, until it stops",
        ServiceConfigUpdateRequest.class,
        configuration);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS,
        asked,
        Action.GET,
        of + "Subscriptions",
        "Who is told of changes",
        null,
        ServiceSubscriptionState.class);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_TEMPLATE,
        asked,
        Action.GET,
        of + "Template",
        "An example with the description of each field",
        null,
        null);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_AVAILABLE,
        asked,
        Action.GET,
        of + "Availability",
        "200 if it takes requests, else 503",
        null,
        null);
    utility(
        base + UtilitySuffixes.SERVICE_URI_SUFFIX_OPENAPI,
        asked,
        Action.GET,
        of + "OpenApi",
        "This document",
        null,
        null);
  }

  private void history(ServiceModel model, String link, String asked) {
    if (model.has(ServiceOption.PERSISTENCE)) {
      utility(
          link + "/versions",
          asked,
          Action.GET,
          "Versions",
          "What each version changed",
          null,
          null);
      utility(
          link + "/restore",
          asked,
          Action.POST,
          "Restored",
          "Bring an earlier version back",
          Object.class,
          null);
    }
  }

  private void utility(
      String path,
      String asked,
      Action verb,
      String name,
      String summary,
      @Nullable Class<?> body,
      @Nullable Class<?> answer) {
    if (!section.shows(verb, asked)) {
      return;
    }
    ApiOperation operation =
        section.operation(OperationNames.verb(verb) + section.name() + name, summary);
    if (path.contains("{id}")) {
      operation.takes(SharedParameter.ID);
    }
    if (body != null) {
      operation.takesBody(
          ApiOperation.JSON,
          true,
          body == Object.class ? null : section.schemas().ofType(body),
          null);
    }
    ObjectNode schema = answer == null ? null : section.schemas().ofType(answer);
    section.put(
        path,
        verb,
        operation
            .answers(200, summary, answer == null ? "*/*" : ApiOperation.JSON, schema, null)
            .refusedWith(false, 404));
  }
}
