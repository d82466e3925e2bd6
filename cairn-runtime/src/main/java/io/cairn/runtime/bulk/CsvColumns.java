// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a kind as columns of a table: text, numbers and truth values as they are, times as
 * their text, whatever has an inside as JSON. A field that is absent is an empty cell, an empty
 * text is a cell with quotes. Immutable.
 */
final class CsvColumns {

  private final Map<String, PropertyDescription> fields = new LinkedHashMap<>();

  CsvColumns(ServiceDocumentDescription description) {
    fields.put(ServiceDocument.FIELD_NAME_SELF_LINK, builtIn(TypeName.STRING));
    description.propertyDescriptions.forEach(
        (name, field) -> {
          if (!ServiceDocument.isBuiltInDocumentField(name)) {
            fields.put(name, field);
          }
        });
    fields.put(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS, builtIn(TypeName.LONG));
  }

  private static PropertyDescription builtIn(TypeName type) {
    PropertyDescription field = new PropertyDescription();
    field.typeName = type;
    return field;
  }

  /** All columns, in their order. */
  List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /**
   * Refuses the first record of a table if it does not name columns.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void requireNames(List<CsvReader.Cell> header) {
    Set<String> seen = new HashSet<>();
    for (CsvReader.Cell cell : header) {
      String name = cell.text();
      if (!fields.containsKey(name) && !ServiceDocument.isBuiltInDocumentField(name)) {
        throw new IllegalArgumentException(
            "line 1 names the column '%s', which the documents do not have%s"
                .formatted(
                    name,
                    NearestName.of(fields.keySet().stream().sorted(), name)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("")));
      }
      if (!seen.add(name)) {
        throw new IllegalArgumentException("line 1 names the column '%s' twice".formatted(name));
      }
    }
  }

  /**
   * Makes an object of a record.
   *
   * @throws IllegalArgumentException if a cell does not fit its column
   */
  ObjectNode object(List<CsvReader.Cell> header, List<CsvReader.Cell> record) {
    if (record.size() != header.size()) {
      throw new IllegalArgumentException(
          "it has %d cells, the first line names %d columns"
              .formatted(record.size(), header.size()));
    }
    ObjectNode object = (ObjectNode) DocumentJson.standard().readTree("{}");
    for (int i = 0; i < record.size(); i++) {
      CsvReader.Cell cell = record.get(i);
      String name = header.get(i).text();
      PropertyDescription field = fields.get(name);
      if (field != null && !(cell.text().isEmpty() && !cell.quoted())) {
        object.set(name, value(name, field, cell.text()));
      }
    }
    return object;
  }

  private static JsonNode value(String name, PropertyDescription field, String text) {
    DocumentJson json = DocumentJson.standard();
    try {
      return switch (field.typeName) {
        case LONG -> json.toTree(new BigInteger(text.strip()));
        case DOUBLE -> json.toTree(new BigDecimal(text.strip()));
        case BOOLEAN -> json.toTree(truth(text.strip()));
        case PODO, MAP, COLLECTION -> json.readTree(text);
        case null, default -> json.toTree(text);
      };
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "column '%s': '%s' is not %s".formatted(name, shortened(text), expected(field)), e);
    }
  }

  private static boolean truth(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return text.equalsIgnoreCase("true");
    }
    throw new IllegalArgumentException(text);
  }

  private static String expected(PropertyDescription field) {
    return switch (field.typeName) {
      case LONG -> "a whole number";
      case DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      case null, default -> "JSON";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  /** The cells of a document. */
  List<CsvReader.Cell> cells(JsonNode document) {
    List<CsvReader.Cell> cells = new ArrayList<>(fields.size());
    fields.forEach((name, field) -> cells.add(cell(name, document.get(name))));
    return cells;
  }

  private static CsvReader.Cell cell(String name, @Nullable JsonNode value) {
    if (value == null
        || value.isNull()
        || (name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS)
            && value.asLong(0) == 0)) {
      return new CsvReader.Cell("", false);
    }
    return value.isString()
        ? new CsvReader.Cell(value.asString(), value.asString().isEmpty())
        : new CsvReader.Cell(value.toString(), false);
  }
}
