// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import io.cairn.document.DocumentJson;
import io.cairn.document.schema.SchemaChange.Nature;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tries stored documents with a changed class: whether it can read them, and whether anything in
 * them would be lost. Changes nothing. Thread-safe.
 */
public final class SchemaTrial {
  private static final DocumentJson JSON = DocumentJson.standard();

  private final StateSchema schema;
  private final List<SchemaChange> changes;

  /**
   * Prepares a trial.
   *
   * @param changes what differs from the class that wrote the documents
   */
  public SchemaTrial(StateSchema schema, List<SchemaChange> changes) {
    this.schema = schema;
    this.changes = changes.stream().filter(change -> !change.isCompatible()).toList();
  }

  /** Whether every document has to be tried: some change may harm a few of them only. */
  public boolean isDemanding() {
    return !changes.isEmpty();
  }

  /**
   * Tries one document.
   *
   * @param json as it is stored
   * @return what is wrong, as the end of a sentence that begins with the document; null if nothing
   *     is
   */
  public @Nullable String objection(byte[] json) {
    if (schema.isAhead(json)) {
      return "was written by a later schema version";
    }
    try {
      JsonNode document = JSON.readTree(schema.present(json));
      for (SchemaChange change : changes) {
        String missed = missed(document, change);
        if (missed != null) {
          return missed;
        }
      }
      JsonNode written = schema.rewritten(document);
      for (SchemaChange change : changes) {
        String changed = changed(document, written, change);
        if (changed != null) {
          return changed;
        }
      }
      return null;
    } catch (RuntimeException e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  /** What can be seen without reading the document as an object of the class. */
  private static @Nullable String missed(JsonNode document, SchemaChange change) {
    List<JsonNode> found = StoredFields.at(document, change.field());
    if (change.nature() == Nature.REMOVED && !found.isEmpty()) {
      return "has %s in %s".formatted(shortened(found.getFirst()), change.field());
    }
    boolean required = change.nature() == Nature.ADDED || change.nature() == Nature.REQUIRED;
    boolean lacking = required && !change.field().contains("[]") && found.isEmpty();
    return lacking ? "has nothing in " + change.field() : null;
  }

  private static @Nullable String changed(
      JsonNode document, JsonNode written, SchemaChange change) {
    if (change.nature() != Nature.TYPE_CHANGED) {
      return null;
    }
    List<JsonNode> before = StoredFields.at(document, change.field());
    List<JsonNode> after = StoredFields.at(written, change.field());
    boolean sameCount = before.size() == after.size();
    for (int i = 0; i < before.size(); i++) {
      if (!sameCount || !isSame(before.get(i), after.get(i))) {
        return "has %s in %s, which would become %s"
            .formatted(
                shortened(before.get(i)),
                change.field(),
                sameCount ? shortened(after.get(i)) : "nothing");
      }
    }
    return null;
  }

  private static boolean isSame(JsonNode before, JsonNode after) {
    if (before.isNumber() && after.isNumber()) {
      return new BigDecimal(before.asString()).compareTo(new BigDecimal(after.asString())) == 0;
    }
    boolean values = before.isValueNode() && after.isValueNode();
    return values ? before.asString().equals(after.asString()) : before.equals(after);
  }

  private static String shortened(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
