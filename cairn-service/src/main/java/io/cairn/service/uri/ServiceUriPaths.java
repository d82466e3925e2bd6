// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

/**
 * The well-known paths of a host. They are part of the wire contract and never change. Applications
 * extend it with their own.
 */
public class ServiceUriPaths {
  /** Prefix of everything that the runtime itself serves. */
  public static final String CORE = "/core";

  public static final String CORE_MANAGEMENT = CORE + "/management";
  public static final String CORE_MANAGEMENT_LOG_LEVELS = CORE_MANAGEMENT + "/log-levels";
  public static final String CORE_METRICS = CORE + "/metrics";
  public static final String CORE_SYNCHRONIZATION_MANAGEMENT = CORE_MANAGEMENT + "/synch";
  public static final String CORE_CALLBACKS = CORE + "/callbacks";
  public static final String PROCESS_LOG = CORE_MANAGEMENT + "/process-log";
  public static final String GO_PROCESS_LOG = CORE_MANAGEMENT + "/go-dcp-process-log";
  public static final String SYSTEM_LOG = CORE_MANAGEMENT + "/system-log";

  /** Not below {@link #CORE}: the one exception, kept for clients that know it. */
  public static final String MIGRATION_TASKS = "/management/migration-tasks";

  public static final String MANAGEMENT = "/management";

  public static final String NODE_GROUP_MIGRATION_TASKS = "/management/node-group-migration-tasks";
  public static final String CORE_PROCESSES = CORE + "/processes";
  public static final String COORDINATED_UPDATE_FACTORY = CORE + "/coordinated-updates";

  /** The cluster's members and its events; beyond the predecessor, as are the next ones. */
  public static final String CORE_CLUSTER = CORE + "/cluster";

  public static final String CORE_COPIES = CORE_CLUSTER + "/copies";
  public static final String CORE_CHECKUP = CORE_CLUSTER + "/checkup";
  public static final String CORE_HEALTH = CORE + "/health";
  public static final String CORE_HEALTH_LIVE = CORE_HEALTH + "/live";
  public static final String CORE_HEALTH_READY = CORE_HEALTH + "/ready";
  public static final String CORE_ATTRIBUTES = CORE + "/attributes";

  /** What the factories of a node know of the form of their documents, and tasks that change it. */
  public static final String CORE_SCHEMAS = CORE + "/schemas";

  public static final String CORE_SCHEMA_REWRITES = CORE + "/schema-rewrites";

  /** Requests about many documents, import and export; and tasks that change what a query finds. */
  public static final String CORE_BULK = CORE + "/bulk";

  public static final String CORE_BULK_TASKS = CORE + "/bulk-tasks";

  public static final String NODE_GROUP_FACTORY = CORE + "/node-groups";
  public static final String DEFAULT_NODE_GROUP_NAME = "default";
  public static final String DEFAULT_NODE_GROUP =
      NODE_GROUP_FACTORY + "/" + DEFAULT_NODE_GROUP_NAME;
  public static final String NODE_SELECTOR_PREFIX = CORE + "/node-selectors";
  public static final String DEFAULT_NODE_SELECTOR_NAME = "default";
  public static final String DEFAULT_NODE_SELECTOR =
      NODE_SELECTOR_PREFIX + "/" + DEFAULT_NODE_SELECTOR_NAME;
  public static final String DEFAULT_1X_NODE_SELECTOR_NAME = "default-1x";
  public static final String DEFAULT_1X_NODE_SELECTOR =
      NODE_SELECTOR_PREFIX + "/" + DEFAULT_1X_NODE_SELECTOR_NAME;
  public static final String DEFAULT_3X_NODE_SELECTOR_NAME = "default-3x";
  public static final String DEFAULT_3X_NODE_SELECTOR =
      NODE_SELECTOR_PREFIX + "/" + DEFAULT_3X_NODE_SELECTOR_NAME;

  public static final String SHARDS_MANAGEMENT_FACTORY = CORE + "/shards-management";
  public static final String SHARDS_MANAGER = SHARDS_MANAGEMENT_FACTORY + "/manager";
  public static final String SYNCHRONIZATION_TASKS = CORE + "/synch-tasks";
  public static final String CHECKPOINTS = CORE + "/checkpoints";

  public static final String CORE_AUTH = CORE + "/auth";
  public static final String CORE_CREDENTIALS = CORE_AUTH + "/credentials";
  public static final String CORE_AUTHZ = CORE + "/authz";
  public static final String CORE_AUTHZ_USER_GROUPS = CORE_AUTHZ + "/user-groups";
  public static final String CORE_AUTHZ_RESOURCE_GROUPS = CORE_AUTHZ + "/resource-groups";
  public static final String CORE_AUTHZ_ROLES = CORE_AUTHZ + "/roles";
  public static final String CORE_AUTHZ_USERS = CORE_AUTHZ + "/users";
  public static final String CORE_AUTHZ_VERIFICATION = CORE_AUTHZ + "/verification";
  public static final String CORE_AUTHZ_TOKEN_CACHE = CORE_AUTHZ + "/token-cache";
  public static final String CORE_AUTHZ_SYSTEM_USER = CORE_AUTHZ + "/system-user";
  public static final String CORE_AUTHZ_GUEST_USER = CORE_AUTHZ + "/guest-user";
  public static final String CORE_AUTHN = CORE + "/authn";
  public static final String CORE_AUTHN_BASIC = CORE_AUTHN + "/basic";
  public static final String CORE_TENANTS = CORE + "/tenants";

  /** Grants built-in roles, and says what a user may do and why; beyond the predecessor. */
  public static final String CORE_AUTHZ_GRANTS = CORE_AUTHZ + "/grants";

  public static final String CORE_AUTHZ_CAN_I = CORE_AUTHZ + "/can-i";

  /** The public keys of the group, and their rotation; beyond the predecessor. */
  public static final String CORE_AUTHN_JWKS = CORE_AUTHN + "/jwks";

  public static final String CORE_AUTHN_KEYS = CORE_AUTHN + "/keys";

  /** What takes sessions back, and what programs prove themselves with. */
  public static final String CORE_AUTHZ_REVOCATIONS = CORE_AUTHZ + "/revocations";

  public static final String CORE_AUTHZ_API_KEYS = CORE_AUTHZ + "/api-keys";

  /** Below this are the records of who did what. */
  public static final String CORE_AUDIT = CORE + "/audit";

  public static final String CORE_DOCUMENT_INDEX = CORE + "/document-index";
  public static final String CORE_DOCUMENT_INDEX_KINDS = CORE_DOCUMENT_INDEX + "/kinds";
  public static final String CORE_IN_MEMORY_DOCUMENT_INDEX = CORE + "/in-memory-document-index";
  public static final String CORE_DOCUMENT_INDEX_BACKUP = CORE + "/document-index-backup";
  public static final String CORE_OPERATION_INDEX = CORE + "/operation-index";
  public static final String CORE_SERVICE_CONTEXT_INDEX = CORE + "/service-context-index";
  public static final String CORE_QUERY_TASKS = CORE + "/query-tasks";
  public static final String CORE_LOCAL_QUERY_TASKS = CORE + "/local-query-tasks";
  public static final String CORE_QUERY_PAGE = CORE + "/query-page";
  public static final String CORE_QUERY_PAGE_FORWARDING = CORE + "/query-page-forwarding";
  public static final String CORE_QUERY_BROADCAST_PAGE = CORE + "/broadcast-query-page";
  public static final String CORE_GRAPH_QUERIES = CORE + "/graph-queries";

  /** Where feeds of all changes live, by name. */
  public static final String CORE_CHANGE_FEEDS = CORE + "/change-feeds";

  /** Below this are the subscriptions that the group keeps. */
  public static final String CORE_SUBSCRIPTIONS = CORE + "/subscriptions";

  public static final String ODATA_QUERIES = CORE + "/odata-queries";
  public static final String CORE_TRANSACTIONS = CORE + "/transactions";

  public static final String UI_PATH_SUFFIX = "/ui";
  public static final String UI_RESOURCES = "/user-interface/resources";
  public static final String UI_SERVICE_CORE_PATH = CORE + UI_PATH_SUFFIX + "/default";
  public static final String UI_SERVICE_BASE_URL = UI_SERVICE_CORE_PATH + "/#";
  public static final String UI_SERVICE_HOME = "/home";
  public static final String CUSTOM_UI_BASE_URL = CORE + UI_PATH_SUFFIX + "/custom";

  public static final String CORE_WEB_SOCKET_ENDPOINT = CORE + "/ws-endpoint";
  public static final String WEB_SOCKET_SERVICE_PREFIX = "/ws-service";
  public static final String WS_SERVICE_LIB_JS = "/ws-service-lib.js";
  public static final String WS_SERVICE_LIB_JS_PATH =
      UI_RESOURCES + "/com/vmware/xenon/common/WebSocketService" + WS_SERVICE_LIB_JS;

  public static final String SAMPLES = "/samples";
  public static final String DNS = CORE + "/dns";
  public static final String SWAGGER = "/discovery/swagger";
  public static final String CORE_OPENAPI = CORE + "/openapi";
  public static final String CORE_UI_API = CORE + UI_PATH_SUFFIX + "/api";

  /** Suffixes of a node selector's own children. */
  public static final String SERVICE_URI_SUFFIX_SYNCHRONIZATION = "synch";

  public static final String SERVICE_URI_SUFFIX_FORWARDING = "forwarding";
  public static final String SERVICE_URI_SUFFIX_REPLICATION = "replication";
}
