// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceDocument.Documentation;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What services are for, in a sentence. */
final class CoreTexts {
  private static final Map<String, String> CORE =
      Map.ofEntries(
          Map.entry("/", "Lists the services of the host"),
          Map.entry(
              ServiceUriPaths.CORE_MANAGEMENT, "The state of the host, and how it is managed"),
          Map.entry(
              ServiceUriPaths.CORE_MANAGEMENT_LOG_LEVELS, "How much the host's loggers write"),
          Map.entry(ServiceUriPaths.CORE_METRICS, "What the host counts, as Prometheus reads it"),
          Map.entry(ServiceUriPaths.CORE_AUDIT, "Who did what"),
          Map.entry(ServiceUriPaths.CORE_HEALTH, "Whether the host can serve, and why not"),
          Map.entry(ServiceUriPaths.CORE_HEALTH_LIVE, "Whether the process is alive"),
          Map.entry(ServiceUriPaths.CORE_HEALTH_READY, "Whether the host takes requests now"),
          Map.entry(ServiceUriPaths.CORE_CLUSTER, "The nodes that are known"),
          Map.entry(
              ServiceUriPaths.CORE_CHECKUP,
              "What is the matter with this node, and what to do about it"),
          Map.entry(ServiceUriPaths.CORE_COPIES, "Whether the copies of partitions are the same"),
          Map.entry(ServiceUriPaths.CORE_ATTRIBUTES, "Attributes that all nodes share"),
          Map.entry(ServiceUriPaths.CORE_SCHEMAS, "What document classes were at the last start"),
          Map.entry(
              ServiceUriPaths.CORE_SCHEMA_REWRITES, "Tasks that write documents in their new form"),
          Map.entry(
              ServiceUriPaths.CORE_BULK, "Many documents in one request: import, export, batches"),
          Map.entry(ServiceUriPaths.CORE_BULK_TASKS, "Tasks that change what a query finds"),
          Map.entry(ServiceUriPaths.NODE_GROUP_FACTORY, "Groups of nodes"),
          Map.entry(ServiceUriPaths.NODE_SELECTOR_PREFIX, "Which nodes keep which documents"),
          Map.entry(ServiceUriPaths.CORE_CREDENTIALS, "Credentials; passwords are never shown"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_USERS, "Users"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_USER_GROUPS, "Groups of users"),
          Map.entry(
              ServiceUriPaths.CORE_AUTHZ_RESOURCE_GROUPS, "Sets of documents that roles are about"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_ROLES, "Who may do what to which documents"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_GRANTS, "Built-in roles of users"),
          Map.entry(
              ServiceUriPaths.CORE_AUTHZ_CAN_I, "Whether a request would be allowed, and why"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_API_KEYS, "Keys for programs"),
          Map.entry(ServiceUriPaths.CORE_AUTHZ_REVOCATIONS, "What does not count any more"),
          Map.entry(
              ServiceUriPaths.CORE_AUTHN_BASIC, "Logging in by address and password, and out"),
          Map.entry(ServiceUriPaths.CORE_AUTHN_JWKS, "The public keys that tokens are verified by"),
          Map.entry(ServiceUriPaths.CORE_AUTHN_KEYS, "The keys that tokens are signed by"),
          Map.entry(ServiceUriPaths.CORE_TENANTS, "Tenants"),
          Map.entry(
              ServiceUriPaths.CORE_DOCUMENT_INDEX, "The index: a document by its link, statistics"),
          Map.entry(
              ServiceUriPaths.CORE_DOCUMENT_INDEX_KINDS, "The kinds of documents that there are"),
          Map.entry(ServiceUriPaths.CORE_QUERY_TASKS, "Queries over all documents"),
          Map.entry(
              ServiceUriPaths.CORE_LOCAL_QUERY_TASKS, "Queries over what the asked node keeps"),
          Map.entry(
              ServiceUriPaths.CORE_GRAPH_QUERIES,
              "Queries that follow links from document to document"),
          Map.entry(ServiceUriPaths.CORE_CHANGE_FEEDS, "Feeds of changes whose consumers confirm"),
          Map.entry(ServiceUriPaths.ODATA_QUERIES, "Queries over all documents, in the URL"),
          Map.entry(
              ServiceUriPaths.CORE_WEB_SOCKET_ENDPOINT, "WebSockets over which clients serve"),
          Map.entry(ServiceUriPaths.CORE_OPENAPI, "This description"),
          Map.entry(ServiceUriPaths.CORE_UI_API, "A page that shows this description"),
          Map.entry(ServiceUriPaths.SWAGGER, "This description in Swagger 2.0"));

  private CoreTexts() {}

  static String of(ApiService service) {
    String core = CORE.get(service.link());
    if (core != null) {
      return core;
    }
    return switch (service) {
      case ApiService.Collection collection ->
          or(
              ApiService.said(collection.documents().description()),
              "Documents of the kind " + collection.documents().kind());
      case ApiService.Document document ->
          or(
              ApiService.said(document.documents().description()),
              "A document of the kind " + document.documents().kind());
      case ApiService.Computed computed ->
          or(
              said(computed.service().getClass().getAnnotation(Documentation.class)),
              "A service at " + computed.link());
    };
  }

  private static @Nullable String said(@Nullable Documentation documentation) {
    return documentation == null || documentation.description().isEmpty()
        ? null
        : documentation.description();
  }

  private static String or(@Nullable String said, String other) {
    return said == null ? other : said;
  }
}
