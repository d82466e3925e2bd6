// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import java.util.List;
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

  /** Whether the name was refused because there is no such field. */
  private boolean isUnknown;

  private PropertyLookup(
      @Nullable ServiceDocumentDescription description, String where, boolean mustBeIndexed) {
    this.description = description;
    this.where = where;
    this.mustBeIndexed = mustBeIndexed;
  }

  /**
   * A property.
   *
   * @param name the name that it is indexed under, with the items of collections named
   * @param property null where nothing is known of it: no description, or inside a field of any
   *     shape
   */
  record Found(String name, @Nullable PropertyDescription property) {}

  /**
   * Finds a property whose values are indexed under this name.
   *
   * @throws ODataSyntaxException where no document can have such a value; names the nearest
   */
  static Found indexed(
      @Nullable ServiceDocumentDescription description, String name, String where) {
    PropertyLookup lookup = new PropertyLookup(description, where, true);
    if (NEVER_INDEXED.contains(name)) {
      throw lookup.refusal(name + " is not indexed");
    }
    Found found = lookup.find(name);
    return found.property() == null ? found : lookup.requireValue(found.name(), found.property());
  }

  /**
   * Finds a property by a name in a query task.
   *
   * @return null where documents of this description have no such field
   * @throws ODataSyntaxException where they have one that is not indexed
   */
  static @Nullable Found inTask(ServiceDocumentDescription description, String name) {
    int dot = name.indexOf(QuerySpecification.FIELD_NAME_CHARACTER);
    String first = dot < 0 ? name : name.substring(0, dot);
    if (!description.propertyDescriptions.containsKey(first)) {
      return null;
    }
    PropertyDescription whole = description.propertyDescriptions.get(name);
    boolean asText =
        whole != null
            && (whole.typeName == TypeName.COLLECTION || whole.typeName == TypeName.MAP)
            && !whole.has(PropertyIndexingOption.EXPAND)
            && !whole.has(PropertyIndexingOption.STORE_ONLY);
    if (asText) {
      return new Found(name, null);
    }
    PropertyLookup lookup = new PropertyLookup(description, "querySpec", true);
    try {
      Found found = lookup.find(name);
      return found.property() == null ? found : lookup.requireValue(found.name(), found.property());
    } catch (ODataSyntaxException e) {
      if (lookup.isUnknown) {
        return null;
      }
      throw e;
    }
  }

  /** Refuses a name that no document has, indexed or not. */
  static void requireKnown(
      @Nullable ServiceDocumentDescription description, String name, String where) {
    var _ = new PropertyLookup(description, where, false).find(name);
  }

  private Found find(String name) {
    List<String> segments = List.of(name.split(QuerySpecification.FIELD_NAME_REGEXP, -1));
    if (description == null) {
      return new Found(name, null);
    }
    PropertyDescription property = description.propertyDescriptions.get(segments.getFirst());
    if (property == null) {
      if (segments.size() == 1 && ServiceDocument.isBuiltInDocumentField(name)) {
        return new Found(name, null);
      }
      throw unknown(segments.getFirst(), "", description.propertyDescriptions);
    }
    requireIndexed(segments.getFirst(), property, segments.size() > 1 || isOpen(property));
    return find(segments.getFirst(), property, segments.subList(1, segments.size()));
  }

  /** Goes on inside of a property. */
  private Found find(String path, @Nullable PropertyDescription property, List<String> rest) {
    if (rest.isEmpty() || property == null) {
      return new Found(join(path, rest), property);
    }
    String segment = rest.getFirst();
    List<String> behind = rest.subList(1, rest.size());
    return switch (property.typeName) {
      case MAP -> key(path, property, rest);
      case COLLECTION -> {
        PropertyDescription items = property.itemDescription();
        boolean named =
            segment.equals(QuerySpecification.COLLECTION_FIELD_SUFFIX)
                && !isFieldNamedItem(items, behind);
        yield enter(item(path), items, named ? behind : rest);
      }
      case null, default ->
          enter(join(path, List.of(segment)), field(property, path, segment), behind);
    };
  }

  /** Whether {@code lines.item} means a field of that name, and not the items as such. */
  private static boolean isFieldNamedItem(
      @Nullable PropertyDescription items, List<String> behind) {
    Map<String, PropertyDescription> fields = items == null ? null : items.fieldDescriptions;
    return fields != null
        && fields.containsKey(QuerySpecification.COLLECTION_FIELD_SUFFIX)
        && (behind.isEmpty() || !fields.containsKey(behind.getFirst()));
  }

  private Found key(String path, PropertyDescription map, List<String> rest) {
    if (map.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
      throw refusal(path + " has no names inside: ask for " + path + " itself");
    }
    PropertyDescription value = map.itemDescription();
    // The rest is a key, which may contain dots, unless there are names inside of the value.
    return value == null || !value.isContainer()
        ? new Found(join(path, rest), value)
        : enter(join(path, rest.subList(0, 1)), value, rest.subList(1, rest.size()));
  }

  private Found enter(String path, @Nullable PropertyDescription property, List<String> rest) {
    if (property != null) {
      requireIndexed(path, property, false);
    }
    return find(path, property, rest);
  }

  private static String join(String path, List<String> rest) {
    return rest.isEmpty()
        ? path
        : path
            + QuerySpecification.FIELD_NAME_CHARACTER
            + String.join(QuerySpecification.FIELD_NAME_CHARACTER, rest);
  }

  /** A field of an object; null where it may be of any shape. */
  private @Nullable PropertyDescription field(
      PropertyDescription property, String path, String segment) {
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
            && property.isContainer()
            && !property.has(PropertyIndexingOption.EXPAND)
            && !property.has(PropertyIndexingOption.FIXED_ITEM_NAME);
    if (mustBeIndexed && (hidden || closed)) {
      String instead =
          closed
              ? ": its field needs PropertyIndexingOption.EXPAND"
              : property.typeName == TypeName.BYTES
                  ? ": bytes are stored only"
                  : ": its field has PropertyIndexingOption.STORE_ONLY";
      throw refusal(path + " is not indexed" + instead);
    }
  }

  private Found requireValue(String name, PropertyDescription property) {
    if (!property.isContainer()) {
      return new Found(name, property.typeName == null ? null : property);
    }
    if (isOpen(property)) {
      return new Found(name, null);
    }
    if (property.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
      return new Found(name, property);
    }
    if (property.typeName == TypeName.COLLECTION) {
      requireIndexed(name, property, !name.contains(QuerySpecification.FIELD_NAME_CHARACTER));
      PropertyDescription element = property.itemDescription();
      return element == null ? new Found(item(name), null) : requireValue(item(name), element);
    }
    String instead =
        property.typeName == TypeName.MAP
            ? "is a map: name one of its keys, as in " + name + ".key"
            : "is an object: name one of its fields, as in "
                + name
                + QuerySpecification.FIELD_NAME_CHARACTER
                + first(property.fieldDescriptions);
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
    isUnknown = true;
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
