// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what a description says about a name with dots, and refuses names that mean nothing. */
final class PropertyLookup {
  private static final Set<String> NEVER_INDEXED =
      Set.of(
          ServiceDocument.FIELD_NAME_EPOCH,
          ServiceDocument.FIELD_NAME_OWNER,
          ServiceDocument.FIELD_NAME_SOURCE_LINK,
          ServiceDocument.FIELD_NAME_SIGNATURE,
          ServiceDocument.FIELD_NAME_DESCRIPTION);

  private final @Nullable ServiceDocumentDescription description;

  /** Where the name stands, for messages. */
  private final String where;

  private final boolean mustBeIndexed;

  private PropertyLookup(
      @Nullable ServiceDocumentDescription description, String where, boolean mustBeIndexed) {
    this.description = description;
    this.where = where;
    this.mustBeIndexed = mustBeIndexed;
  }

  /**
   * Finds a property whose values are indexed under this name.
   *
   * @return null where nothing is known of it: no description, or inside a field of any shape
   * @throws ODataSyntaxException where no document can have such a value; names the nearest
   */
  static @Nullable PropertyDescription indexed(
      @Nullable ServiceDocumentDescription description, String name, String where) {
    PropertyLookup lookup = new PropertyLookup(description, where, true);
    if (NEVER_INDEXED.contains(name)) {
      throw lookup.refusal(name + " is not indexed");
    }
    PropertyDescription property = lookup.find(name);
    return property == null ? null : lookup.requireValue(name, property);
  }

  /** Refuses a name that no document has, indexed or not. */
  static void requireKnown(
      @Nullable ServiceDocumentDescription description, String name, String where) {
    var _ = new PropertyLookup(description, where, false).find(name);
  }

  private @Nullable PropertyDescription find(String name) {
    String[] segments = name.split(QuerySpecification.FIELD_NAME_REGEXP, -1);
    if (description == null) {
      return null;
    }
    PropertyDescription property = description.propertyDescriptions.get(segments[0]);
    if (property == null) {
      if (segments.length == 1 && ServiceDocument.isBuiltInDocumentField(name)) {
        return null;
      }
      throw unknown(segments[0], "", description.propertyDescriptions);
    }
    requireIndexed(segments[0], property, segments.length > 1 || isOpen(property));
    String path = segments[0];
    for (int i = 1; i < segments.length; i++) {
      TypeName type = property.typeName;
      if (type == TypeName.MAP) {
        if (property.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
          throw refusal(path + " has no names inside: ask for " + path + " itself");
        }
        // The rest is a key, which may contain dots.
        return property.itemDescription();
      }
      property = inside(property, path, segments[i]);
      if (property == null) {
        return null;
      }
      path += QuerySpecification.FIELD_NAME_CHARACTER + segments[i];
      requireIndexed(path, property, false);
    }
    return property;
  }

  private @Nullable PropertyDescription inside(
      PropertyDescription property, String path, String segment) {
    if (property.typeName == TypeName.COLLECTION) {
      if (mustBeIndexed && !segment.equals(QuerySpecification.COLLECTION_FIELD_SUFFIX)) {
        throw refusal(path + " is a collection: its items are " + item(path));
      }
      return property.itemDescription();
    }
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    if (property.typeName == null || isOpen(property)) {
      return null;
    }
    if (property.typeName != TypeName.PODO || fields == null) {
      throw refusal(path + " has no fields, it is a " + property.typeName);
    }
    PropertyDescription field = fields.get(segment);
    if (field == null) {
      throw unknown(segment, path + QuerySpecification.FIELD_NAME_CHARACTER, fields);
    }
    return field;
  }

  /** An object of any shape. */
  private static boolean isOpen(PropertyDescription property) {
    return property.typeName == TypeName.PODO
        && (property.fieldDescriptions == null || property.fieldDescriptions.isEmpty());
  }

  private void requireIndexed(String path, PropertyDescription property, boolean entered) {
    boolean hidden =
        property.has(PropertyIndexingOption.STORE_ONLY) || property.typeName == TypeName.BYTES;
    boolean closed =
        entered
            && isContainer(property.typeName)
            && !property.has(PropertyIndexingOption.EXPAND)
            && !property.has(PropertyIndexingOption.FIXED_ITEM_NAME);
    if (mustBeIndexed && (hidden || closed)) {
      throw refusal(
          path
              + " is not indexed"
              + (hidden ? "" : ": its field needs PropertyIndexingOption.EXPAND"));
    }
  }

  private static boolean isContainer(@Nullable TypeName type) {
    return type == TypeName.PODO || type == TypeName.MAP || type == TypeName.COLLECTION;
  }

  private @Nullable PropertyDescription requireValue(String name, PropertyDescription property) {
    if (!isContainer(property.typeName)) {
      return property;
    }
    if (isOpen(property)) {
      return null;
    }
    if (property.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
      return property;
    }
    String instead =
        switch (property.typeName) {
          case COLLECTION -> "is a collection: its items are " + item(name);
          case MAP -> "is a map: name one of its keys, as in " + name + ".key";
          case null, default ->
              "is an object: name one of its fields, as in "
                  + name
                  + QuerySpecification.FIELD_NAME_CHARACTER
                  + first(property.fieldDescriptions);
        };
    throw refusal(name + " " + instead);
  }

  private static String first(@Nullable Map<String, PropertyDescription> fields) {
    return fields == null ? "" : fields.keySet().iterator().next();
  }

  private static String item(String path) {
    return QuerySpecification.buildCollectionItemName(path);
  }

  private ODataSyntaxException unknown(
      String segment, String prefix, Map<String, PropertyDescription> known) {
    return refusal(
        "unknown property: "
            + prefix
            + segment
            + NearestName.of(known.keySet().stream().sorted(), segment)
                .map(near -> "; did you mean " + prefix + near + "?")
                .orElse(""));
  }

  private ODataSyntaxException refusal(String what) {
    return new ODataSyntaxException(where + ": " + what);
  }
}
