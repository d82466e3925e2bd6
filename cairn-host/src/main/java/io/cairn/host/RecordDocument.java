// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A document whose content is a record's: in JSON its fields stand beside the built-in ones. Not
 * thread-safe; one operation works on it at a time.
 */
final class RecordDocument extends ServiceDocument {

  @JsonIgnore private final Map<String, JsonNode> content = new LinkedHashMap<>();

  @JsonAnyGetter
  Map<String, JsonNode> content() {
    return content;
  }

  @JsonAnySetter
  void put(String name, JsonNode value) {
    content.put(name, value);
  }

  /**
   * The content as a record.
   *
   * @throws IllegalArgumentException if it does not fit, or the record's constructor refuses it
   */
  <S> S value(Class<S> type) {
    return DocumentJson.standard().convert(content, type);
  }

  /** Replaces the content. */
  void setValue(Object value) {
    content.clear();
    DocumentJson.standard().toTree(value).properties().forEach(field -> put(field.getKey(), field.getValue()));
  }
}
