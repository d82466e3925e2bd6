// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService.FactoryServiceConfiguration;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceConfiguration;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceSubscriptionState;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.service.uri.UtilitySuffixes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Describes what a host answers below the link of each service. */
final class UtilityPaths {
  private static final String STATS = UtilitySuffixes.SERVICE_URI_SUFFIX_STATS;
  private static final String CONFIG = UtilitySuffixes.SERVICE_URI_SUFFIX_CONFIG;
  private static final String SUBSCRIPTIONS = UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS;
  private static final String AVAILABLE = UtilitySuffixes.SERVICE_URI_SUFFIX_AVAILABLE;

  /**
   * One verb of one utility.
   *
   * @param name what the operation is called, behind its verb
   * @param body the class of the body; null for none
   * @param answer the class of the answer; null if it has none that is always the same
   */
  private record Utility(
      Action verb,
      String suffix,
      String name,
      String summary,
      @Nullable Class<?> body,
      @Nullable Class<?> answer) {}

  /** Which earlier version is to come back: one of both. */
  private record Restoration(@Nullable Long documentVersion, @Nullable Instant asOf) {}

  private static final List<Utility> ALL =
      List.of(
          new Utility(Action.GET, STATS, "Stats", "Statistics", null, ServiceStats.class),
          new Utility(Action.POST, STATS, "Stat", "Set a statistic", ServiceStat.class, null),
          new Utility(Action.PATCH, STATS, "Stat", "Add to a statistic", ServiceStat.class, null),
          new Utility(
              Action.PUT, STATS, "Stats", "Replace all statistics", ServiceStats.class, null),
          new Utility(
              Action.GET,
              SUBSCRIPTIONS,
              "Subscriptions",
              "Who is told of changes",
              null,
              ServiceSubscriptionState.class),
          new Utility(
              Action.POST,
              SUBSCRIPTIONS,
              "Subscription",
              "Have somebody told of changes",
              ServiceSubscriber.class,
              ServiceSubscriber.class),
          new Utility(
              Action.DELETE,
              SUBSCRIPTIONS,
              "Subscription",
              "Have somebody told no more",
              ServiceSubscriber.class,
              null),
          new Utility(
              Action.GET,
              UtilitySuffixes.SERVICE_URI_SUFFIX_TEMPLATE,
              "Template",
              "An example with the description of each field",
              null,
              null),
          new Utility(
              Action.GET,
              AVAILABLE,
              "Availability",
              "200 if it takes requests, else 503",
              null,
              null),
          new Utility(
              Action.PATCH,
              AVAILABLE,
              "Availability",
              "Say whether it takes requests: isAvailable with 1 or 0",
              ServiceStat.class,
              null),
          new Utility(
              Action.GET,
              UtilitySuffixes.SERVICE_URI_SUFFIX_OPENAPI,
              "OpenApi",
              "This document",
              null,
              null));

  private final ApiWriter.Section section;

  UtilityPaths(ApiWriter.Section section) {
    this.section = section;
  }

  void of(ApiService service) {
    switch (service) {
      case ApiService.Collection(var link, _, var documents, _) -> {
        of(link, link, "", FactoryServiceConfiguration.class);
        String child = link + "/{id}";
        of(child, link + ApiDocuments.ANY, "Document", ServiceConfiguration.class);
        history(documents, child, link + ApiDocuments.ANY);
      }
      case ApiService.Document(var link, var documents, _) -> {
        of(link, link, "", ServiceConfiguration.class);
        history(documents, link, link);
      }
      case ApiService.Computed(var link, _, _) -> of(link, link, "", ServiceConfiguration.class);
    }
  }

  private void of(String link, String asked, String infix, Class<?> configuration) {
    String base = link.equals("/") ? "" : link;
    ALL.forEach(utility -> put(utility, base, asked, infix, List.of()));
    put(
        new Utility(Action.GET, CONFIG, "Config", "How it is set up", null, configuration),
        base,
        asked,
        infix,
        List.of());
    put(
        new Utility(
            Action.PATCH,
            CONFIG,
            "Config",
            "Set it up otherwise, on this node, until it stops",
            ServiceConfigUpdateRequest.class,
            configuration),
        base,
        asked,
        infix,
        List.of());
  }

  private void history(ServiceModel model, String link, String asked) {
    if (!model.has(ServiceOption.PERSISTENCE)) {
      return;
    }
    put(
        new Utility(Action.GET, "/versions", "Versions", "What each version changed", null, null),
        link,
        asked,
        "",
        List.of(SharedParameter.LIMIT));
    if (!model.has(ServiceOption.IMMUTABLE)) {
      put(
          new Utility(
              Action.POST,
              "/restore",
              "Restoration",
              "Bring an earlier version back",
              Restoration.class,
              null),
          link,
          asked,
          "",
          List.of(SharedParameter.IF_MATCH));
    }
  }

  private void put(
      Utility utility, String link, String asked, String infix, List<SharedParameter> parameters) {
    Action verb = utility.verb();
    // Who subscribes reads.
    if (!section.shows(utility.suffix().equals(SUBSCRIPTIONS) ? Action.GET : verb, asked)) {
      return;
    }
    ApiOperation operation =
        section
            .operation(
                OperationNames.verb(verb) + section.name() + infix + utility.name(),
                utility.summary())
            .takes(parameters);
    if (link.contains("{id}")) {
      operation.takes(SharedParameter.ID);
    }
    if (utility.body() != null) {
      ObjectNode body = section.schemas().ofType(utility.body());
      operation.takesBody(ApiOperation.JSON, true, body, null);
    }
    Class<?> answer = utility.answer();
    ObjectNode schema = answer == null ? null : section.schemas().ofType(answer);
    section.put(
        link + utility.suffix(),
        verb,
        operation
            .answers(
                200, utility.summary(), answer == null ? "*/*" : ApiOperation.JSON, schema, null)
            .refusedWith(false, 404, 409, 412));
  }
}
