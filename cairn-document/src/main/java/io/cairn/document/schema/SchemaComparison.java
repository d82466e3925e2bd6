// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import io.cairn.document.schema.SchemaChange.Effect;
import io.cairn.document.schema.SchemaChange.Nature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares two schemas field by field. Confined to one call. */
final class SchemaComparison {
  /** A type to those whose values it takes without loss. */
  private static final Map<String, Set<String>> WIDER =
      Map.of(
          "int", Set.of("long", "integer", "decimal", "double"),
          "long", Set.of("integer", "decimal"),
          "integer", Set.of("decimal"),
          "double", Set.of("decimal"),
          "enum", Set.of("string"),
          "uuid", Set.of("string"),
          "uri", Set.of("string"));

  private final List<SchemaChange> found = new ArrayList<>();

  private SchemaComparison() {}

  static List<SchemaChange> between(DocumentSchema before, DocumentSchema after) {
    SchemaComparison comparison = new SchemaComparison();
    comparison.compareKinds(before, after);
    comparison.compareObjects("", before.content(), after.content());
    return List.copyOf(comparison.found);
  }

  private void compareKinds(DocumentSchema before, DocumentSchema after) {
    if (!before.kind().equals(after.kind())) {
      add(
          "",
          Nature.KIND_CHANGED,
          Effect.DEPENDS_ON_DOCUMENTS,
          ("The kind was changed from %s to %s: stored documents have the old one and would not be"
                  + " found. Put @DocumentKind(\"%1$s\") on the class if it was only renamed or moved")
              .formatted(before.kind(), after.kind()));
    }
    if (before.version() < after.version()) {
      add(
          "",
          Nature.CONVERTED,
          Effect.DEPENDS_ON_DOCUMENTS,
          "The schema version was raised from %d to %d: stored documents are converted when they are read"
              .formatted(before.version(), after.version()));
    } else if (before.version() > after.version()) {
      add(
          "",
          Nature.CONVERTED,
          Effect.DEPENDS_ON_DOCUMENTS,
          "The schema version was lowered from %d to %d: documents of a higher version are not served"
              .formatted(before.version(), after.version()));
    }
  }

  private void compareObjects(String path, FieldSchema before, FieldSchema after) {
    Set<String> taken = new HashSet<>();
    after
        .fields()
        .forEach(
            (name, field) -> {
              String old = before.fields().containsKey(name) ? name : formerName(before, field);
              if (old == null) {
                added(path + name, field);
              } else {
                taken.add(old);
                compareFields(path, old, name, before.fields().get(old), field);
              }
            });
    before
        .fields()
        .forEach(
            (name, field) -> {
              boolean moved =
                  after.fields().values().stream()
                      .anyMatch(other -> other.formerNames().contains(name));
              if (!taken.contains(name) && !moved) {
                removed(path, name, field, after.removed().contains(name));
                field.formerNames().stream()
                    .filter(former -> !after.removed().contains(former))
                    .filter(former -> !after.fields().containsKey(former))
                    .forEach(former -> removedUnderFormerName(path, name, former));
              }
            });
  }

  private static @Nullable String formerName(FieldSchema before, FieldSchema field) {
    return field.formerNames().stream()
        .filter(before.fields()::containsKey)
        .findFirst()
        .orElse(null);
  }

  private void added(String path, FieldSchema field) {
    String what = "Field %s (%s) was added".formatted(path, field.say());
    if (field.required()) {
      add(
          path,
          Nature.ADDED,
          Effect.DEPENDS_ON_DOCUMENTS,
          what
              + " and is required, but stored documents have none. Make it optional, give it a value"
              + " in the constructor or in a converter");
    } else {
      add(
          path,
          Nature.ADDED,
          Effect.COMPATIBLE,
          what + ": stored documents have none and are read without a value for it");
    }
  }

  private void removed(String path, String name, FieldSchema field, boolean declared) {
    String what = "Field %s (%s) was removed".formatted(path + name, field.say());
    if (declared) {
      add(
          path + name,
          Nature.REMOVED,
          Effect.COMPATIBLE,
          what + " on purpose: stored documents lose it when they are written the next time");
    } else {
      add(
          path + name,
          Nature.REMOVED,
          Effect.DEPENDS_ON_DOCUMENTS,
          ("%s, and stored documents may have it. Put @Removed(\"%s\") on the class if its values may"
                  + " go, or @FormerNames(\"%2$s\") on the field that takes its place")
              .formatted(what, name));
    }
  }

  /** Documents that were not written since the field was renamed have its value still there. */
  private void removedUnderFormerName(String path, String name, String former) {
    add(
        path + former,
        Nature.REMOVED,
        Effect.DEPENDS_ON_DOCUMENTS,
        ("Field %s was removed, and stored documents may have it under its former name %s. Put"
                + " @Removed({\"%s\", \"%s\"}) on the class if its values may go")
            .formatted(path + name, former, name, former));
  }

  private void compareFields(
      String path, String oldName, String name, @Nullable FieldSchema before, FieldSchema after) {
    if (before == null || before.equals(after)) {
      return;
    }
    String where = path + name;
    if (!oldName.equals(name)) {
      add(
          where,
          Nature.RENAMED,
          Effect.COMPATIBLE,
          "Field %s was renamed to %s: stored documents are read under the old name"
              .formatted(path + oldName, name));
    }
    for (String former : without(before.formerNames(), after.formerNames())) {
      if (!former.equals(name)) {
        add(
            path + former,
            Nature.REMOVED,
            Effect.DEPENDS_ON_DOCUMENTS,
            ("Field %s is no longer read under its former name %s: documents that were not written"
                    + " since would lose it. Keep @FormerNames(\"%2$s\") until all are rewritten")
                .formatted(where, former));
      }
    }
    compareTypes(where, before, after);
    if (!before.required() && after.required()) {
      add(
          where,
          Nature.REQUIRED,
          Effect.DEPENDS_ON_DOCUMENTS,
          "Field %s is required now: stored documents without it could not be read"
              .formatted(where));
    } else if (before.required() && !after.required()) {
      add(
          where,
          Nature.OPTIONAL,
          Effect.COMPATIBLE,
          "Field %s is optional now: stored documents are read as before".formatted(where));
    }
  }

  private void compareTypes(String where, FieldSchema before, FieldSchema after) {
    if (!before.is(after.type())) {
      changedType(where, before, after);
      return;
    }
    FieldSchema oldItems = before.items();
    FieldSchema newItems = after.items();
    if (oldItems != null && newItems != null) {
      compareTypes(where + "[]", oldItems, newItems);
    }
    compareValues(where, before, after);
    compareObjects(where + ".", before, after);
  }

  private void changedType(String where, FieldSchema before, FieldSchema after) {
    String change = "from %s to %s".formatted(before.say(), after.say());
    if (after.is("any") || WIDER.getOrDefault(before.type(), Set.of()).contains(after.type())) {
      add(
          where,
          Nature.WIDENED,
          Effect.COMPATIBLE,
          "Field %s was widened %s: every stored value is read as it is".formatted(where, change));
    } else {
      boolean narrowed = WIDER.getOrDefault(after.type(), Set.of()).contains(before.type());
      add(
          where,
          Nature.TYPE_CHANGED,
          Effect.DEPENDS_ON_DOCUMENTS,
          "Field %s was %s %s: a stored value that does not fit could not be read"
              .formatted(where, narrowed ? "narrowed" : "changed", change));
    }
  }

  private void compareValues(String where, FieldSchema before, FieldSchema after) {
    List<String> gone = without(before.values(), after.values());
    List<String> come = without(after.values(), before.values());
    if (!gone.isEmpty()) {
      add(
          where,
          Nature.VALUES_REMOVED,
          Effect.DEPENDS_ON_DOCUMENTS,
          "Field %s can no longer be %s: stored documents with it could not be read"
              .formatted(where, String.join(", ", gone)));
    }
    if (!come.isEmpty()) {
      add(
          where,
          Nature.VALUES_ADDED,
          Effect.COMPATIBLE,
          "Field %s can be %s now: stored documents are read as before"
              .formatted(where, String.join(", ", come)));
    }
  }

  private static List<String> without(List<String> all, List<String> others) {
    return all.stream().filter(value -> !others.contains(value)).toList();
  }

  private void add(String field, Nature nature, Effect effect, String sentence) {
    found.add(new SchemaChange(field, nature, effect, sentence));
  }
}
