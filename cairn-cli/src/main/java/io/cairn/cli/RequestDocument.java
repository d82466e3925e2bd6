// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is to be sent, before host and headers are known: from a verb and its arguments, or a whole
 * request written down as {@code action}, {@code path} and {@code body} in one document.
 *
 * @param action GET, POST, PUT, PATCH or DELETE
 * @param body null for none
 */
record RequestDocument(String action, String path, @Nullable JsonNode body) {
  static final Set<String> ACTIONS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private static final Set<String> KEYS = Set.of("action", "path", "body");

  /**
   * Reads a whole request; {@code action} is GET when it is left out.
   *
   * @throws CommandFailure with usage, when the document is not a request
   */
  static RequestDocument from(JsonNode document, Map<FieldPath, JsonNode> fields) {
    for (Map.Entry<String, JsonNode> field : document.properties()) {
      if (!KEYS.contains(field.getKey())) {
        throw notARequest("it may not hold '" + field.getKey() + "'");
      }
    }
    JsonNode path = document.get("path");
    if (path == null || !path.isString()) {
      throw notARequest("it needs a path");
    }
    JsonNode action = document.get("action");
    String verb = action == null ? "GET" : action.asString("").toUpperCase(Locale.ROOT);
    if (!ACTIONS.contains(verb)) {
      throw notARequest("its action is get, post, put, patch or delete");
    }
    return new RequestDocument(
        verb, path.stringValue(), RequestBody.of(document.get("body"), fields));
  }

  private static CommandFailure notARequest(String reason) {
    return CommandFailure.usage(
        "without a verb, the input is a request (action, path, body): " + reason);
  }
}
