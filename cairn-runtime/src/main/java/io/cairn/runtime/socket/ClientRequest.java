// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.service.Operation;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The form in which a client is handed a request: a serialized operation, and why it is sent. */
final class ClientRequest {
  /** What tells of a notification; nothing else of a caller's headers is a client's affair. */
  private static final List<String> TOLD =
      List.of(Operation.PRAGMA_HEADER, "x-cairn-notification-of", "x-cairn-notification-skipped");

  private ClientRequest() {}

  /**
   * Writes one.
   *
   * @throws IllegalArgumentException if the body is no text
   */
  static String of(Operation op) {
    String body = bodyOf(op);
    Operation bare = op.clone().setBodyNoCloning(null); // the body is not written twice
    Operation.SerializedOperation document = Operation.SerializedOperation.create(bare);
    document.id = op.getId();
    document.jsonBody = body;
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : TOLD) {
      String value = op.getRequestHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    ObjectNode json = (ObjectNode) DocumentJson.standard().toTree(document);
    json.set("requestHeaders", DocumentJson.standard().toTree(headers));
    return json.toString();
  }

  /** The body as JSON: scripts read it as that. */
  private static String bodyOf(Operation op) {
    if (!op.hasBody()) {
      return "null";
    }
    String type = op.getContentType();
    String text = new String(BodyBytes.of(op), StandardCharsets.UTF_8);
    if (type.contains("json")) {
      return text;
    }
    if (type.startsWith("text/")) {
      return DocumentJson.standard().toJson(text);
    }
    throw new IllegalArgumentException(
        "A service that is served over a WebSocket takes JSON and texts, not " + type);
  }
}
