// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.document.DocumentJson;
import io.cairn.net.HttpTokens;
import io.cairn.service.Operation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's answer to a request that it was handed.
 *
 * @param id of the request
 * @param body JSON text; null for none
 */
record ClientReply(long id, int status, Map<String, String> headers, @Nullable String body) {
  private static final int LOWEST = 200;
  private static final int HIGHEST = 599;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it has not the form of one, or could not be sent on
   */
  static ClientReply parse(String json) {
    JsonNode reply = DocumentJson.standard().readTree(json);
    JsonNode id = reply.path("id");
    JsonNode status = reply.path("statusCode");
    if (!id.isIntegralNumber() || !status.isIntegralNumber()) {
      throw new IllegalArgumentException(
          "A reply has the numbers id, of the request, and statusCode");
    }
    int code = status.asInt(0);
    if (code < LOWEST || code > HIGHEST) {
      throw new IllegalArgumentException(
          "statusCode must lie between %d and %d".formatted(LOWEST, HIGHEST));
    }
    return new ClientReply(id.asLong(0), code, headers(reply.path("responseHeaders")), body(reply));
  }

  private static Map<String, String> headers(JsonNode sent) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : sent.properties()) {
      String value = each.getValue().asString("");
      if (!HttpTokens.isToken(each.getKey()) || !HttpTokens.isValue(value)) {
        throw new IllegalArgumentException(
            "responseHeaders has what no header may be: " + each.getKey());
      }
      headers.put(each.getKey(), value);
    }
    return headers;
  }

  private static @Nullable String body(JsonNode reply) {
    JsonNode sent = reply.path("responseJsonBody");
    String text = sent.isString() ? sent.asString() : "";
    if (!sent.isString() && !sent.isMissingNode() && !sent.isNull()) {
      throw new IllegalArgumentException("responseJsonBody must be JSON in a string");
    }
    if (text.isEmpty()) {
      return null;
    }
    return DocumentJson.standard().readTree(text).isNull() ? null : text;
  }

  /** Answers the request. */
  void answer(Operation op) {
    headers.forEach(op::addResponseHeader);
    op.setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON);
    if (status < Operation.STATUS_CODE_FAILURE_THRESHOLD) {
      op.setStatusCode(status).setBodyNoCloning(body).complete();
    } else {
      op.fail(
          status,
          new IllegalStateException("The client that serves this answered with " + status),
          body);
    }
  }
}
