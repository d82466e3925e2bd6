// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.server.dev.DocumentSchema.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Says what a change of the schemas means for the documents that there are. Stateless. */
final class SchemaChanges {

  private SchemaChanges() {}

  /** One sentence for each change. */
  static List<String> between(
      SortedMap<String, DocumentSchema> before, SortedMap<String, DocumentSchema> after) {
    List<String> changes = new ArrayList<>();
    after.forEach(
        (path, schema) -> {
          DocumentSchema old = before.get(path);
          if (old == null) {
            changes.add(path + " is new");
          } else {
            compare(path, old, schema, changes);
          }
        });
    before.forEach(
        (path, schema) -> {
          if (!after.containsKey(path)) {
            changes.add(
                path + " is gone: its documents are kept, and are there when it comes back");
          }
        });
    return changes;
  }

  private static void compare(
      String path, DocumentSchema before, DocumentSchema after, List<String> changes) {
    if (before.stored() != after.stored()) {
      changes.add(
          path
              + (after.stored()
                  ? " is stored on disk now: the documents that it had in memory are not in it"
                  : " is kept in memory now: its documents on disk stay there and are not in it"));
    }
    if (!before.kind().equals(after.kind())) {
      changes.add(
          "%s: the kind was %s and is %s: queries by kind find older documents under the old one"
              .formatted(path, before.kind(), after.kind()));
    }
    after
        .fields()
        .forEach(
            (name, field) -> {
              Field old = before.fields().get(name);
              if (old == null) {
                changes.add(
                    "%s: field %s (%s) is new: documents written before do not have it"
                        .formatted(path, name, field.type()));
              } else {
                compare(path + ": field " + name, old, field, changes);
              }
            });
    before
        .fields()
        .forEach(
            (name, field) -> {
              if (!after.fields().containsKey(name)) {
                changes.add(
                    "%s: field %s is gone: documents keep its value until they are written again"
                        .formatted(path, name));
              }
            });
  }

  private static void compare(String field, Field before, Field after, List<String> changes) {
    if (!before.type().equals(after.type())) {
      changes.add(
          ("%s was %s and is %s: a stored value that does not fit is refused when its document is"
                  + " updated; queries find documents by it once they are written again")
              .formatted(field, before.type(), after.type()));
    }
    if (!before.indexing().equals(after.indexing())) {
      changes.add(
          "%s is indexed otherwise%s: queries find documents by it once they are written again"
              .formatted(field, after.indexing().isEmpty() ? "" : " (" + after.indexing() + ")"));
    }
  }
}
