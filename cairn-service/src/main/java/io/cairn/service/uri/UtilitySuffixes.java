// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import io.cairn.service.ServiceHost;

/**
 * The suffixes below a service's link at which the runtime answers in the service's place. Authors
 * reach them as constants of {@link ServiceHost}.
 */
public interface UtilitySuffixes {
  String SERVICE_URI_SUFFIX_STATS = "/stats";
  String SERVICE_URI_SUFFIX_CONFIG = "/config";
  String SERVICE_URI_SUFFIX_SUBSCRIPTIONS = "/subscriptions";
  String SERVICE_URI_SUFFIX_TEMPLATE = "/template";
  String SERVICE_URI_SUFFIX_AVAILABLE = "/available";
  String SERVICE_URI_SUFFIX_REPLICATION = "/replication";
  String SERVICE_URI_SUFFIX_FORWARDING = "/forwarding";
  String SERVICE_URI_SUFFIX_SYNCHRONIZATION = "/synchronization";
  String SERVICE_URI_SUFFIX_UI = "/ui";
  String SERVICE_URI_SUFFIX_OPENAPI = "/openapi";
  String SERVICE_URI_SUFFIX_OPENAPI_JSON = "/openapi.json";
  String SERVICE_URI_SUFFIX_OPENAPI_YAML = "/openapi.yaml";
}
