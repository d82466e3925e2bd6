// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import io.cairn.service.UriUtils;

/**
 * Schemes, separators and the names of query parameters. Authors reach them as constants of {@link
 * UriUtils}, which inherits them.
 */
public interface UriVocabulary {
  String HTTP_SCHEME = "http";
  String HTTPS_SCHEME = "https";
  String FILE_SCHEME = "file";
  int HTTP_DEFAULT_PORT = 80;
  int HTTPS_DEFAULT_PORT = 443;
  String URI_PATH_CHAR = "/";
  String URI_QUERY_CHAR = "?";
  String URI_QUERY_PARAM_LINK_CHAR = "&";
  String URI_QUERY_PARAM_KV_CHAR = "=";
  String URI_WILDCARD_CHAR = "*";
  String FIELD_NAME_SCHEME = "scheme";
  String FIELD_NAME_USER_INFO = "userInfo";
  String FIELD_NAME_HOST = "host";
  String FIELD_NAME_PORT = "port";
  String FIELD_NAME_PATH = "path";
  String FIELD_NAME_QUERY = "query";
  String FIELD_NAME_FRAGMENT = "fragment";

  String URI_PARAM_CAPABILITY = "capability";
  String URI_PARAM_INCLUDE_DELETED = "includeDeleted";
  String URI_PARAM_ODATA_EXPAND = "$expand";
  String URI_PARAM_ODATA_EXPAND_NO_DOLLAR_SIGN = "expand";
  String URI_PARAM_ODATA_FILTER = "$filter";
  String URI_PARAM_ODATA_SELECT = "$select";
  String URI_PARAM_ODATA_SKIP = "$skip";
  String URI_PARAM_ODATA_SKIP_TO = "$skipto";
  String URI_PARAM_ODATA_NODE = "$nodeid";
  String URI_PARAM_ODATA_ORDER_BY = "$orderby";
  String URI_PARAM_ODATA_ORDER_BY_TYPE = "$orderbytype";
  String URI_PARAM_ODATA_ORDER_BY_VALUE_ASC = "asc";
  String URI_PARAM_ODATA_ORDER_BY_VALUE_DESC = "desc";
  String URI_PARAM_ODATA_TOP = "$top";
  String URI_PARAM_ODATA_LIMIT = "$limit";
  String URI_PARAM_ODATA_COUNT = "$count";
  String URI_PARAM_ODATA_TENANTLINKS = "$tenantLinks";

  String FORWARDING_URI_PARAM_NAME_KEY = "key";
  String FORWARDING_URI_PARAM_NAME_QUERY = "query";
  String FORWARDING_URI_PARAM_NAME_TARGET = "target";
  String FORWARDING_URI_PARAM_NAME_PATH = "path";
  String FORWARDING_URI_PARAM_NAME_PEER = "peer";

  /** The name of the constant that holds a singleton's link. */
  String FIELD_NAME_SELF_LINK = "SELF_LINK";

  /** The name of the constant that holds the link of a child's factory. */
  String FIELD_NAME_FACTORY_LINK = "FACTORY_LINK";
}
