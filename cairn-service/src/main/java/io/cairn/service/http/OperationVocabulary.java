// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import io.cairn.service.Operation;

/**
 * Names of headers, pragmas, media types and statuses. Authors reach them as constants of {@link
 * Operation}, which inherits them; they stand apart only to keep that class readable.
 */
public interface OperationVocabulary {
  // Headers, lower case as HTTP/2 wants them.
  String REFERER_HEADER = "referer";
  String CONNECTION_HEADER = "connection";
  String CONTENT_TYPE_HEADER = "content-type";
  String CONTENT_ENCODING_HEADER = "content-encoding";
  String CONTENT_LENGTH_HEADER = "content-length";
  String CONTENT_RANGE_HEADER = "content-range";
  String CONTENT_DISPOSITION_HEADER = "content-disposition";
  String RANGE_HEADER = "range";
  String RETRY_AFTER_HEADER = "retry-after";
  String PRAGMA_HEADER = "pragma";
  String SET_COOKIE_HEADER = "set-cookie";
  String COOKIE_HEADER = "cookie";
  String LOCATION_HEADER = "location";
  String ALLOW_HEADER = "allow";
  String USER_AGENT_HEADER = "user-agent";
  String HOST_HEADER = "host";
  String ACCEPT_HEADER = "accept";
  String ACCEPT_ENCODING_HEADER = "accept-encoding";
  String ACCEPT_LANGUAGE_HEADER = "accept-language";
  String AUTHORIZATION_HEADER = "authorization";
  String WWW_AUTHENTICATE_HEADER = "www-authenticate";
  String ETAG_HEADER = "etag";
  String IF_MATCH_HEADER = "if-match";
  String IF_NONE_MATCH_HEADER = "if-none-match";
  String CACHE_CONTROL_HEADER = "cache-control";
  String LAST_EVENT_ID_HEADER = "last-event-id";
  String REQUEST_AUTH_TOKEN_HEADER = "x-xenon-auth-token";
  String REQUEST_AUTH_TOKEN_COOKIE = "xenon-auth-cookie";
  String CONTEXT_ID_HEADER = "x-xenon-ctx-id";
  String TRANSACTION_ID_HEADER = "x-xenon-tx-id";
  String TRANSACTION_HEADER = "x-xenon-tx-phase";
  String TRANSACTION_REFLINK_HEADER = "x-xenon-tx-reflink";
  String REPLICATION_PHASE_HEADER = "x-xenon-rpl-phase";
  String REPLICATION_PHASE_COMMIT = "commit";
  String REPLICATION_QUORUM_HEADER = "x-xenon-rpl-quorum";
  String REPLICATION_QUORUM_HEADER_VALUE_ALL = "x-xenon-all";
  String REPLICATION_PARENT_HEADER = "x-xenon-rpl-parent";

  /** By how many notifications a notification was caused: those in a circle come to an end. */
  String NOTIFICATION_DEPTH_HEADER = "x-cairn-notification-depth";

  String STREAM_ID_HEADER = "x-http2-stream-id";
  String STREAM_WEIGHT_HEADER = "x-http2-stream-weight";
  String HTTP2_SCHEME_HEADER = "x-http2-scheme";

  String REQUEST_ID_HEADER = "x-request-id";
  String TRANSFER_ENCODING_HEADER = "transfer-encoding";
  String HEADER_NAME_PREFIX = "x-xenon-";

  String CONTENT_ENCODING_GZIP = "gzip";
  String CHUNKED_ENCODING = "chunked";
  String HEADER_FIELD_VALUE_SEPARATOR = ":";
  String CR_LF = "\r\n";

  // Pragma directives: tokens of the pragma header, separated by semicolons.
  String PRAGMA_DIRECTIVE_CREATED = "xn-created";
  String PRAGMA_DIRECTIVE_FORWARDED = "xn-fwd";
  String PRAGMA_DIRECTIVE_REPLICATED = "xn-rpl";
  String PRAGMA_DIRECTIVE_SYNCH_OWNER = "xn-synch-owner";
  String PRAGMA_DIRECTIVE_SYNCH_PEER = "xn-synch-peer";
  String PRAGMA_DIRECTIVE_SYNCH_ALL_VERSIONS = "xn-synch-all-ver";
  String PRAGMA_DIRECTIVE_SYNCH_HISTORICAL_VERSIONS = "xn-synch-hist-ver";
  String PRAGMA_DIRECTIVE_SYNCH_VERSION = "xn-synch-ver";
  String PRAGMA_DIRECTIVE_QUEUE_FOR_SERVICE_AVAILABILITY = "xn-queue";
  String PRAGMA_DIRECTIVE_NO_FORWARDING = "xn-no-fwd";
  String PRAGMA_DIRECTIVE_NOTIFICATION = "xn-nt";
  String PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS = "xn-nt-skipped";
  String PRAGMA_DIRECTIVE_SUBSCRIPTION_ENDED = "xn-nt-ended";
  String PRAGMA_DIRECTIVE_VERSION_CHECK = "xn-check-version";
  String PRAGMA_DIRECTIVE_INDEX_CHECK = "xn-check-index";
  String PRAGMA_DIRECTIVE_FORCE_INDEX_UPDATE = "xn-force-index-update";
  String PRAGMA_DIRECTIVE_NO_INDEX_UPDATE = "xn-no-index-update";
  String PRAGMA_DIRECTIVE_CLEAR_AUTH_CACHE = "xn-clear-auth-cache";
  String PRAGMA_DIRECTIVE_POST_TO_PUT = "xn-post-to-put";
  String PRAGMA_DIRECTIVE_AUTHN = "xn-authn";
  String PRAGMA_DIRECTIVE_VERIFY_TOKEN = "xn-verify-token";
  String PRAGMA_DIRECTIVE_AUTHN_INVALIDATE = "xn-authn-invalidate";
  String PRAGMA_DIRECTIVE_FROM_MIGRATION_TASK = "xn-from-migration";

  /** A PUT that writes a document again in the present form of its class, without its handlers. */
  String PRAGMA_DIRECTIVE_REWRITE = "xn-rewrite";

  String PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED = "xn-state-not-modified";

  // Media types.
  String MEDIA_TYPE_APPLICATION_JSON = "application/json";
  String MEDIA_TYPE_APPLICATION_MERGE_PATCH_JSON = "application/merge-patch+json";
  String MEDIA_TYPE_APPLICATION_JSON_PATCH = "application/json-patch+json";
  String MEDIA_TYPE_APPLICATION_OCTET_STREAM = "application/octet-stream";
  String MEDIA_TYPE_APPLICATION_X_WWW_FORM_ENCODED = "application/x-www-form-urlencoded";
  String MEDIA_TYPE_APPLICATION_JAVASCRIPT = "application/javascript";
  String MEDIA_TYPE_TEXT_HTML = "text/html";
  String MEDIA_TYPE_TEXT_PLAIN = "text/plain";
  String MEDIA_TYPE_TEXT_YAML = "text/x-yaml";
  String MEDIA_TYPE_TEXT_CSS = "text/css";
  String MEDIA_TYPE_TEXT_EVENT_STREAM = "text/event-stream";
  String MEDIA_TYPE_IMAGE_SVG_XML = "image/svg+xml";
  String MEDIA_TYPE_APPLICATION_FONT_WOFF2 = "application/font-woff2";
  String MEDIA_TYPE_EVERYTHING_WILDCARDS = "*/*";
  String EMPTY_JSON_BODY = "{}";

  // Statuses.
  int STATUS_CODE_OK = 200;
  int STATUS_CODE_CREATED = 201;
  int STATUS_CODE_ACCEPTED = 202;
  int STATUS_CODE_NO_CONTENT = 204;
  int STATUS_CODE_MOVED_PERM = 301;
  int STATUS_CODE_MOVED_TEMP = 302;
  int STATUS_CODE_NOT_MODIFIED = 304;

  /** The first status that means failure. */
  int STATUS_CODE_FAILURE_THRESHOLD = 400;

  int STATUS_CODE_BAD_REQUEST = 400;
  int STATUS_CODE_UNAUTHORIZED = 401;
  int STATUS_CODE_FORBIDDEN = 403;
  int STATUS_CODE_NOT_FOUND = 404;
  int STATUS_CODE_BAD_METHOD = 405;
  int STATUS_CODE_TIMEOUT = 408;
  int STATUS_CODE_CONFLICT = 409;
  int STATUS_CODE_GONE = 410;
  int STATUS_CODE_PRECONDITION_FAILED = 412;
  int STATUS_CODE_UNSUPPORTED_MEDIA_TYPE = 415;
  int STATUS_CODE_TOO_MANY_REQUESTS = 429;

  /** The first status that blames the server. */
  int STATUS_CODE_SERVER_FAILURE_THRESHOLD = 500;

  int STATUS_CODE_INTERNAL_ERROR = 500;
  int STATUS_CODE_UNAVAILABLE = 503;

  /** The disk is full, or another bound on what is kept is reached. */
  int STATUS_CODE_INSUFFICIENT_STORAGE = 507;
}
