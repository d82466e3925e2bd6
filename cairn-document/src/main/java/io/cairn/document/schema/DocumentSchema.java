// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cairn.document.DocumentKinds;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The form of a kind's documents: what a document class says of their fields, without the built-in
 * ones. It is kept as JSON, so that the next version of the class can be compared with it. Equal
 * schemas have the same fields of the same types. Immutable.
 *
 * @param kind the kind of the documents
 * @param version of the schema, see {@link SchemaUpgrades}; 0 where nothing was converted yet
 * @param fields name in JSON to what the field may hold
 * @param removed the fields that the class has given up, see {@link Removed}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DocumentSchema(
    String kind, int version, Map<String, FieldSchema> fields, Set<String> removed) {

  /** Takes what is left out for empty. */
  public DocumentSchema {
    kind = kind == null ? "" : kind;
    fields = fields == null ? Map.of() : fields;
    removed = removed == null ? Set.of() : Set.copyOf(removed);
  }

  /**
   * Reads the schema off a record or a class with public fields.
   *
   * @throws IllegalArgumentException if its annotations contradict each other
   */
  public static DocumentSchema of(Class<?> type) {
    return of(type, DocumentKinds.shared().kindOf(type), 0);
  }

  /** As the other form, of a kind that the class does not name itself, with a schema version. */
  public static DocumentSchema of(Class<?> type, String kind, int version) {
    FieldSchema content = SchemaReader.read(type);
    return new DocumentSchema(kind, version, content.fields(), content.removed());
  }

  /** The content as if it were one field. */
  FieldSchema content() {
    return new FieldSchema("object", true, List.of(), List.of(), null, fields, removed);
  }

  /** What differs in a later schema, in the order of the fields; nothing if they are equal. */
  public List<SchemaChange> changesTo(DocumentSchema later) {
    return SchemaComparison.between(this, later);
  }
}
