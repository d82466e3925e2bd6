// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.DocumentJson;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Examples for services of the runtime. Values that are made up say nothing there: a query of any
 * field for any text finds nothing, or is refused.
 */
final class CoreExamples {
  private static final String QUERY =
      """
      {"taskInfo": {"isDirect": true},
       "querySpec": {"options": ["EXPAND_CONTENT"],
                     "query": {"term": {"propertyName": "name", "matchValue": "niki"}}}}
      """;

  private static final Map<String, String> BY_FACTORY =
      Map.of(
          ServiceUriPaths.CORE_QUERY_TASKS, QUERY,
          ServiceUriPaths.CORE_LOCAL_QUERY_TASKS, QUERY,
          ServiceUriPaths.CORE_AUTHZ_USERS, "{\"email\": \"someone@example.com\"}");

  private CoreExamples() {}

  /** The body of a document in a collection of the runtime; null if none is known. */
  static @Nullable ObjectNode of(String collection) {
    String text = BY_FACTORY.get(collection);
    return text == null ? null : (ObjectNode) DocumentJson.standard().readTree(text);
  }
}
