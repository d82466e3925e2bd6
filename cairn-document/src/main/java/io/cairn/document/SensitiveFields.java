// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes sensitive fields out of documents whose class is not at hand: the description says which
 * they are, however the author marked them. Stateless.
 */
public final class SensitiveFields {
  private SensitiveFields() {}

  /** Returns a copy of {@code document} without its sensitive fields, at any depth. */
  public static JsonNode hide(JsonNode document, ServiceDocumentDescription description) {
    JsonNode copy = document.deepCopy();
    hideIn(copy, description.propertyDescriptions);
    return copy;
  }

  private static void hideIn(JsonNode node, Map<String, PropertyDescription> properties) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, PropertyDescription> entry : properties.entrySet()) {
        if (entry.getValue().has(PropertyUsageOption.SENSITIVE)) {
          object.remove(entry.getKey());
        } else {
          hideInside(object.get(entry.getKey()), entry.getValue());
        }
      }
    }
  }

  private static void hideInside(@Nullable JsonNode value, PropertyDescription property) {
    if (value == null) {
      return;
    }
    if (property.fieldDescriptions != null) {
      hideIn(value, property.fieldDescriptions);
    }
    if (property.elementDescription != null) {
      for (JsonNode element : value.values()) {
        hideInside(element, property.elementDescription);
      }
    }
  }
}
