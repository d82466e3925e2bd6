// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Merge Patch, RFC 7396 (media type {@code application/merge-patch+json}). Stateless. */
public final class JsonMergePatch {
  private JsonMergePatch() {}

  /**
   * Applies {@code patch} to {@code target}.
   *
   * @return the result; the target is not changed and may be part of the result
   */
  public static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    if (target instanceof ObjectNode object) {
      result.setAll(object);
    }
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      if (change.getValue().isNull()) {
        result.remove(change.getKey());
      } else {
        JsonNode present = result.path(change.getKey());
        result.set(change.getKey(), apply(present, change.getValue()));
      }
    }
    return result;
  }
}
