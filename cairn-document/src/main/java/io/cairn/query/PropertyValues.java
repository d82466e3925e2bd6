// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryFilter.UnsupportedPropertyException;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.ValueMatcher.TextForm;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds the values of properties in one document, as the index would see them. */
class PropertyValues {

  /** Has what a kind does not index match nothing. */
  static final class OfAnyKind extends PropertyValues {
    OfAnyKind(Object document, @Nullable ServiceDocumentDescription description) {
      super(document, description);
    }

    @Override
    boolean anyMatches(PropertyPath path, ValueMatcher matcher) {
      try {
        return super.anyMatches(path, matcher);
      } catch (UnsupportedPropertyException e) {
        return false;
      }
    }
  }

  private final Object document;
  private final @Nullable ServiceDocumentDescription description;

  /** The document is a tree, or an object that the description has accessors for. */
  PropertyValues(Object document, @Nullable ServiceDocumentDescription description) {
    this.document = document;
    this.description = description;
  }

  boolean anyMatches(PropertyPath path, ValueMatcher matcher) {
    String first = path.segments().get(0);
    PropertyDescription property = describe(path, first);
    JsonNode value = topLevel(first, property);
    return value != null && matches(value, property, new Position(path, 1), matcher);
  }

  /** A path and how much of it has been followed. */
  private record Position(PropertyPath path, int next) {
    boolean atEnd() {
      return next == path.segments().size();
    }

    String segment() {
      return path.segments().get(next);
    }

    Position step() {
      return new Position(path, next + 1);
    }

    Position end() {
      return new Position(path, path.segments().size());
    }
  }

  private @Nullable PropertyDescription describe(PropertyPath path, String first) {
    if (description == null) {
      return null;
    }
    PropertyDescription property = description.propertyDescriptions.get(first);
    if (property == null && !ServiceDocument.isBuiltInDocumentField(first)) {
      throw new UnsupportedPropertyException("Property " + path.name() + " is not known");
    }
    if (property != null) {
      requireIndexed(path, property);
    }
    return property;
  }

  private static void requireIndexed(PropertyPath path, PropertyDescription property) {
    requireStoredForQueries(path, property);
    if ((property.isContainer()
        && !property.has(PropertyIndexingOption.EXPAND)
        && !property.has(PropertyIndexingOption.FIXED_ITEM_NAME))) {
      throw notIndexed(path);
    }
  }

  private static void requireStoredForQueries(PropertyPath path, PropertyDescription property) {
    if (property.has(PropertyIndexingOption.STORE_ONLY) || property.typeName == TypeName.BYTES) {
      throw notIndexed(path);
    }
  }

  private static UnsupportedPropertyException notIndexed(PropertyPath path) {
    return new UnsupportedPropertyException("Property " + path.name() + " is not indexed");
  }

  private @Nullable JsonNode topLevel(String name, @Nullable PropertyDescription property) {
    if (document instanceof JsonNode tree) {
      return tree.get(name);
    }
    PropertyAccessor accessor = property == null ? null : property.accessor;
    Object value = accessor == null ? null : accessor.get(document);
    if (accessor != null && value == null) {
      return null;
    }
    JsonNode simple = value == null ? null : toNode(value);
    // What is not simple is written as a field: what its class declares says how.
    return simple != null ? simple : DocumentJson.standard().toTree(document).get(name);
  }

  private static @Nullable JsonNode toNode(Object value) {
    return switch (value) {
      case String text -> JsonNodeFactory.instance.stringNode(text);
      case Long number -> JsonNodeFactory.instance.numberNode(number.longValue());
      case Integer number -> JsonNodeFactory.instance.numberNode(number.intValue());
      case Boolean truth -> JsonNodeFactory.instance.booleanNode(truth);
      case Enum<?> constant -> JsonNodeFactory.instance.stringNode(constant.name());
      default -> null;
    };
  }

  private boolean matches(
      JsonNode value, @Nullable PropertyDescription described, Position at, ValueMatcher matcher) {
    PropertyDescription property =
        described == null || described.typeName == null ? null : described;
    if (property != null) {
      requireStoredForQueries(at.path(), property);
    }
    if (value.isArray()) {
      return matchesItem(value, property, at, matcher);
    }
    if (value.isObject()) {
      return matchesMember(value, property, at, matcher);
    }
    return at.atEnd() && matchesScalar(value, property, matcher);
  }

  private boolean matchesItem(
      JsonNode array, @Nullable PropertyDescription property, Position at, ValueMatcher matcher) {
    boolean named = !at.atEnd() && at.segment().equals(QuerySpecification.COLLECTION_FIELD_SUFFIX);
    boolean described = property != null && property.typeName == TypeName.COLLECTION;
    if (!named && !described) {
      return false;
    }
    PropertyDescription element = property == null ? null : property.itemDescription();
    Position inside = named ? at.step() : at;
    for (JsonNode item : array.values()) {
      if (matches(item, element, inside, matcher)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesMember(
      JsonNode object, @Nullable PropertyDescription property, Position at, ValueMatcher matcher) {
    if (property != null && property.has(PropertyIndexingOption.FIXED_ITEM_NAME)) {
      return at.atEnd() && matchesKeyOrValue(object, property, matcher);
    }
    if (at.atEnd()) {
      return false;
    }
    if (property != null && property.typeName == TypeName.MAP) {
      return matchesKey(object, property.itemDescription(), at, matcher);
    }
    JsonNode whole = object.get(at.path().from(at.next()));
    if (property == null && whole != null && matches(whole, null, at.end(), matcher)) {
      return true;
    }
    PropertyDescription member =
        property == null || property.fieldDescriptions == null
            ? null
            : property.fieldDescriptions.get(at.segment());
    JsonNode value = object.get(at.segment());
    return value != null && matches(value, member, at.step(), matcher);
  }

  /** Keys may contain dots: what stands behind one is a name inside its value. */
  private boolean matchesKey(
      JsonNode map, @Nullable PropertyDescription element, Position at, ValueMatcher matcher) {
    for (Position rest = at.step(); ; rest = rest.step()) {
      JsonNode value = map.get(at.path().between(at.next(), rest.next()));
      if (value != null && matches(value, element, rest, matcher)) {
        return true;
      }
      if (rest.atEnd()) {
        return false;
      }
    }
  }

  private boolean matchesKeyOrValue(
      JsonNode map, PropertyDescription property, ValueMatcher matcher) {
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (matcher.matchesText(entry.getKey())
          || matchesScalar(entry.getValue(), property.itemDescription(), matcher)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matchesScalar(
      JsonNode value, @Nullable PropertyDescription property, ValueMatcher matcher) {
    if (value.isNull()) {
      return false;
    }
    // An object that holds a scalar is a field of any shape.
    TypeName type =
        property == null || property.typeName == TypeName.PODO ? null : property.typeName;
    String text = value.asString();
    if (property == null || type == null || isNumeric(type)) {
      Number number = indexedOrNull(value, type, property != null && property.isExact());
      if (number != null) {
        return matcher.matchesNumber(number);
      }
      return !isNumeric(type) && matcher.matches(text, TextForm.EXACT);
    }
    if (property.has(PropertyIndexingOption.TEXT)) {
      return matcher.matches(text, TextForm.WORDS);
    }
    boolean lower = property.has(PropertyIndexingOption.CASE_INSENSITIVE);
    return matcher.matches(text, lower ? TextForm.LOWER_CASE : TextForm.EXACT);
  }

  private static boolean isNumeric(@Nullable TypeName type) {
    return type == TypeName.LONG || type == TypeName.DOUBLE || type == TypeName.DATE;
  }

  private static @Nullable Number indexedOrNull(
      JsonNode value, @Nullable TypeName type, boolean exact) {
    BigDecimal number = null;
    if (value.isNumber()) {
      number = value.decimalValue();
    } else if (value.isString() && type == TypeName.DATE) {
      number = Numbers.parseNumberOrTime(value.asString());
    } else if (value.isString() && isNumeric(type)) {
      number = Numbers.parse(value.asString());
    }
    if (exact) {
      return number;
    }
    boolean whole = isNumeric(type) ? type != TypeName.DOUBLE : value.isIntegralNumber();
    return number == null ? null : Numbers.indexed(number, whole);
  }
}
