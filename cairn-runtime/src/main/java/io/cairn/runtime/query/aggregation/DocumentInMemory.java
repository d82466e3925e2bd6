// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.DocumentValues;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.store.search.ScannedProperty;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A document that no index has: its values are read from itself, and are those that an index would
 * give. Used by one thread at a time.
 */
final class DocumentInMemory implements ScannedDocument {

  private final List<ScannedProperty> properties;
  private final ServiceDocumentDescription description;
  private final List<@Nullable List<GroupValue>> read;
  private JsonNode document = JsonNodeFactory.instance.objectNode();

  /**
   * Stands on none yet.
   *
   * @param description of all documents
   */
  DocumentInMemory(List<ScannedProperty> properties, ServiceDocumentDescription description) {
    this.properties = properties;
    this.description = description;
    this.read = new ArrayList<>(Collections.nCopies(properties.size(), null));
  }

  /** Goes on to a document. */
  void standOn(JsonNode next) {
    document = next;
    Collections.fill(read, null);
  }

  @Override
  public List<GroupValue> values(int property) {
    List<GroupValue> known = read.get(property);
    if (known == null) {
      known = read(properties.get(property));
      read.set(property, known);
    }
    return known;
  }

  private List<GroupValue> read(ScannedProperty property) {
    List<GroupValue> values = new ArrayList<>();
    Set<String> texts = new LinkedHashSet<>();
    DocumentValues.read(
        document,
        description,
        property.name(),
        number ->
            values.add(
                switch (number) {
                  case Long whole -> GroupValue.of(whole.longValue());
                  case BigDecimal exact -> GroupValue.of(exact);
                  default -> GroupValue.of(number.doubleValue());
                }),
        texts::add);
    if (property.numeric() && !texts.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is no number or time: ask for what is one".formatted(property.name()));
    }
    texts.forEach(text -> values.add(GroupValue.ofText(text.getBytes(StandardCharsets.UTF_8))));
    Collections.sort(values);
    return values;
  }
}
