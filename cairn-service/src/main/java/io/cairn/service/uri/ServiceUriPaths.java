// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

/** The well-known paths of a host. They are part of the wire contract and never change. */
public interface ServiceUriPaths {
  /** Prefix of everything that the runtime itself serves. */
  String CORE = "/core";

  String CORE_MANAGEMENT = CORE + "/management";
  String CORE_SYNCHRONIZATION_MANAGEMENT = CORE_MANAGEMENT + "/synch";
  String CORE_CALLBACKS = CORE + "/callbacks";
  String PROCESS_LOG = CORE_MANAGEMENT + "/process-log";
  String GO_PROCESS_LOG = CORE_MANAGEMENT + "/go-dcp-process-log";
  String SYSTEM_LOG = CORE_MANAGEMENT + "/system-log";

  /** Not below {@link #CORE}: the one exception, kept for clients that know it. */
  String MIGRATION_TASKS = "/management/migration-tasks";

  String NODE_GROUP_MIGRATION_TASKS = "/management/node-group-migration-tasks";
  String CORE_PROCESSES = CORE + "/processes";
  String COORDINATED_UPDATE_FACTORY = CORE + "/coordinated-updates";

  /** The cluster's members and its events; beyond the predecessor, as are the next ones. */
  String CORE_CLUSTER = CORE + "/cluster";

  String CORE_COPIES = CORE_CLUSTER + "/copies";
  String CORE_HEALTH = CORE + "/health";
  String CORE_HEALTH_LIVE = CORE_HEALTH + "/live";
  String CORE_HEALTH_READY = CORE_HEALTH + "/ready";
  String CORE_ATTRIBUTES = CORE + "/attributes";

  /** What the factories of a node know of the form of their documents, and tasks that change it. */
  String CORE_SCHEMAS = CORE + "/schemas";

  String CORE_SCHEMA_REWRITES = CORE + "/schema-rewrites";

  String NODE_GROUP_FACTORY = CORE + "/node-groups";
  String DEFAULT_NODE_GROUP_NAME = "default";
  String DEFAULT_NODE_GROUP = NODE_GROUP_FACTORY + "/" + DEFAULT_NODE_GROUP_NAME;
  String NODE_SELECTOR_PREFIX = CORE + "/node-selectors";
  String DEFAULT_NODE_SELECTOR_NAME = "default";
  String DEFAULT_NODE_SELECTOR = NODE_SELECTOR_PREFIX + "/" + DEFAULT_NODE_SELECTOR_NAME;
  String DEFAULT_1X_NODE_SELECTOR_NAME = "default-1x";
  String DEFAULT_1X_NODE_SELECTOR = NODE_SELECTOR_PREFIX + "/" + DEFAULT_1X_NODE_SELECTOR_NAME;
  String DEFAULT_3X_NODE_SELECTOR_NAME = "default-3x";
  String DEFAULT_3X_NODE_SELECTOR = NODE_SELECTOR_PREFIX + "/" + DEFAULT_3X_NODE_SELECTOR_NAME;

  String SHARDS_MANAGEMENT_FACTORY = CORE + "/shards-management";
  String SHARDS_MANAGER = SHARDS_MANAGEMENT_FACTORY + "/manager";
  String SYNCHRONIZATION_TASKS = CORE + "/synch-tasks";
  String CHECKPOINTS = CORE + "/checkpoints";

  String CORE_AUTH = CORE + "/auth";
  String CORE_CREDENTIALS = CORE_AUTH + "/credentials";
  String CORE_AUTHZ = CORE + "/authz";
  String CORE_AUTHZ_USER_GROUPS = CORE_AUTHZ + "/user-groups";
  String CORE_AUTHZ_RESOURCE_GROUPS = CORE_AUTHZ + "/resource-groups";
  String CORE_AUTHZ_ROLES = CORE_AUTHZ + "/roles";
  String CORE_AUTHZ_USERS = CORE_AUTHZ + "/users";
  String CORE_AUTHZ_VERIFICATION = CORE_AUTHZ + "/verification";
  String CORE_AUTHZ_TOKEN_CACHE = CORE_AUTHZ + "/token-cache";
  String CORE_AUTHZ_SYSTEM_USER = CORE_AUTHZ + "/system-user";
  String CORE_AUTHZ_GUEST_USER = CORE_AUTHZ + "/guest-user";
  String CORE_AUTHN = CORE + "/authn";
  String CORE_AUTHN_BASIC = CORE_AUTHN + "/basic";

  String CORE_DOCUMENT_INDEX = CORE + "/document-index";
  String CORE_IN_MEMORY_DOCUMENT_INDEX = CORE + "/in-memory-document-index";
  String CORE_DOCUMENT_INDEX_BACKUP = CORE + "/document-index-backup";
  String CORE_OPERATION_INDEX = CORE + "/operation-index";
  String CORE_SERVICE_CONTEXT_INDEX = CORE + "/service-context-index";
  String CORE_QUERY_TASKS = CORE + "/query-tasks";
  String CORE_LOCAL_QUERY_TASKS = CORE + "/local-query-tasks";
  String CORE_QUERY_PAGE = CORE + "/query-page";
  String CORE_QUERY_PAGE_FORWARDING = CORE + "/query-page-forwarding";
  String CORE_QUERY_BROADCAST_PAGE = CORE + "/broadcast-query-page";
  String CORE_GRAPH_QUERIES = CORE + "/graph-queries";
  String ODATA_QUERIES = CORE + "/odata-queries";
  String CORE_TRANSACTIONS = CORE + "/transactions";

  String UI_PATH_SUFFIX = "/ui";
  String UI_RESOURCES = "/user-interface/resources";
  String UI_SERVICE_CORE_PATH = CORE + UI_PATH_SUFFIX;
  String UI_SERVICE_BASE_URL = UI_SERVICE_CORE_PATH + "/default";
  String UI_SERVICE_HOME = "/#/home";
  String CUSTOM_UI_BASE_URL = UI_SERVICE_CORE_PATH + "/custom";

  String CORE_WEB_SOCKET_ENDPOINT = CORE + "/ws-endpoint";
  String WEB_SOCKET_SERVICE_PREFIX = "/ws-service";
  String WS_SERVICE_LIB_JS = "ws-service-lib.js";
  String WS_SERVICE_LIB_JS_PATH =
      UI_RESOURCES + "/com/vmware/xenon/common/WebSocketService/" + WS_SERVICE_LIB_JS;

  String SAMPLES = "/samples";
  String DNS = CORE + "/dns";
  String SWAGGER = "/discovery/swagger";

  /** Suffixes of a node selector's own children. */
  String SERVICE_URI_SUFFIX_SYNCHRONIZATION = "synch";

  String SERVICE_URI_SUFFIX_FORWARDING = "forwarding";
  String SERVICE_URI_SUFFIX_REPLICATION = "replication";
}
