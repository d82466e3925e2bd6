// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.json.JsonLimits;
import io.cairn.query.Numbers;
import io.cairn.query.SortableNumber;
import io.cairn.store.index.FieldNames.Names;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Adds the values that a JSON parser stands on to one Lucene document. */
final class FieldWriter {
  /** Nothing is deeper: JSON that is, is refused. */
  private static final int MAX_DEPTH = JsonLimits.MAX_DEPTH;

  private static final String ITEM = ".item";

  private final FieldNames names;
  private final Document target;
  private boolean isPartial;

  FieldWriter(FieldNames names, Document target) {
    this.names = names;
    this.target = target;
  }

  /** How deep a value lies, and whether something around it has option EXPAND. */
  record Depth(int level, boolean expanded) {
    Depth inside() {
      return new Depth(level + 1, true);
    }
  }

  /** Adds the parser's current value, and all in it, by the rules for kinds nobody described. */
  void byShape(String name, JsonParser parser, int level) {
    JsonToken token = parser.currentToken();
    if (level > MAX_DEPTH) {
      parser.skipChildren();
      return;
    }
    switch (token) {
      case VALUE_STRING -> exact(name, parser.getString());
      case VALUE_TRUE -> exact(name, "true");
      case VALUE_FALSE -> exact(name, "false");
      case VALUE_NUMBER_INT -> number(name, parser, TypeName.LONG);
      case VALUE_NUMBER_FLOAT -> number(name, parser, TypeName.DOUBLE);
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          byShape(name + ITEM, parser, level + 1);
        }
      }
      case START_OBJECT -> {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String composite = name + '.' + parser.currentName();
          parser.nextToken();
          byShape(composite, parser, level + 1);
        }
      }
      default -> {}
    }
  }

  /** Adds the parser's current value, and all in it, as described. */
  void byDescription(String name, PropertyDescription property, JsonParser parser, Depth depth) {
    JsonToken token = parser.currentToken();
    TypeName type = property.typeName;
    if (token == JsonToken.VALUE_NULL
        || property.has(PropertyIndexingOption.STORE_ONLY)
        || type == TypeName.BYTES
        || depth.level() > MAX_DEPTH) {
      parser.skipChildren();
      return;
    }
    if (type == null) {
      byShape(name, parser, depth.level());
      return;
    }
    switch (type) {
      case COLLECTION -> collection(name, property, parser, depth);
      case MAP -> map(name, property, parser, depth);
      case PODO -> object(name, property, parser, depth);
      default -> scalar(name, property, parser);
    }
  }

  private void scalar(String name, PropertyDescription property, JsonParser parser) {
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
      return;
    }
    switch (property.typeName) {
      case LONG, DOUBLE, DATE -> {
        if (property.isExact()) {
          exactNumber(name, parser);
        } else {
          number(name, parser, property.typeName);
        }
      }
      case null, default -> string(name, property, parser.getValueAsString(""));
    }
  }

  private void string(String name, PropertyDescription property, String value) {
    Names fields = fieldsOf(name);
    if (fields == null) {
      return;
    }
    String indexed =
        property.has(PropertyIndexingOption.CASE_INSENSITIVE)
            ? value.toLowerCase(Locale.ENGLISH)
            : value;
    if (property.has(PropertyIndexingOption.TEXT)) {
      target.add(new TextField(fields.text(), indexed, Field.Store.NO));
    } else {
      target.add(new StringField(fields.exact(), ExactToken.of(indexed), Field.Store.NO));
    }
    if (property.has(PropertyIndexingOption.SORT)) {
      target.add(
          new SortedSetDocValuesField(fields.sortable(), new BytesRef(ExactToken.sorted(indexed))));
    }
  }

  private void object(String name, PropertyDescription property, JsonParser parser, Depth depth) {
    Map<String, PropertyDescription> inner = property.fieldDescriptions;
    if (inner != null && inner.isEmpty() && isExpanded(property, depth)) {
      byShape(name, parser, depth.level());
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT || !isExpanded(property, depth)) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String child = parser.currentName();
      parser.nextToken();
      PropertyDescription description = inner == null ? null : inner.get(child);
      value(name + '.' + child, description, parser, depth);
    }
  }

  private void collection(
      String name, PropertyDescription property, JsonParser parser, Depth depth) {
    if (parser.currentToken() != JsonToken.START_ARRAY || !isExpanded(property, depth)) {
      exact(name, javaText(parser));
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      value(name + ITEM, property.itemDescription(), parser, depth);
    }
  }

  private void map(String name, PropertyDescription property, JsonParser parser, Depth depth) {
    boolean fixedName = property.has(PropertyIndexingOption.FIXED_ITEM_NAME);
    boolean expanded = fixedName || isExpanded(property, depth);
    if (parser.currentToken() != JsonToken.START_OBJECT || !expanded) {
      exact(name, javaText(parser));
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (fixedName) {
        exact(name, key);
        value(name, property.itemDescription(), parser, depth);
      } else {
        value(name + '.' + key, property.itemDescription(), parser, depth);
      }
    }
  }

  private void value(
      String name, @Nullable PropertyDescription property, JsonParser parser, Depth depth) {
    if (property == null) {
      byShape(name, parser, depth.level() + 1);
    } else {
      byDescription(name, property, parser, depth.inside());
    }
  }

  private static boolean isExpanded(PropertyDescription property, Depth depth) {
    return depth.expanded()
        || property.has(PropertyIndexingOption.EXPAND)
        || (property.kind != null && property.kind.endsWith(":TaskState"));
  }

  private @Nullable Names fieldsOf(String name) {
    Names fields = names.of(name);
    if (fields == null && !isPartial) {
      isPartial = true;
      target.add(new StringField(IndexFields.MARK, IndexFields.MARK_PARTIAL, Field.Store.NO));
    }
    return fields;
  }

  private void exact(String name, String value) {
    Names fields = fieldsOf(name);
    if (fields != null) {
      target.add(new StringField(fields.exact(), ExactToken.of(value), Field.Store.NO));
    }
  }

  private void exactNumber(String name, JsonParser parser) {
    Names fields = fieldsOf(name);
    BigDecimal value = fields == null ? null : Numbers.parse(parser.getValueAsString(""));
    if (fields == null || value == null) {
      return;
    }
    BytesRef sortable = new BytesRef(SortableNumber.of(value));
    target.add(new StringField(fields.exactNumber(), sortable, Field.Store.NO));
    target.add(new SortedSetDocValuesField(fields.exactNumber(), sortable));
  }

  private void number(String name, JsonParser parser, TypeName type) {
    Names fields = fieldsOf(name);
    Number value = indexedOrNull(parser, type);
    if (fields == null || value == null) {
      return;
    }
    if (value instanceof Long whole) {
      target.add(new LongField(fields.integer(), whole, Field.Store.NO));
    } else {
      target.add(new DoubleField(fields.decimal(), value.doubleValue(), Field.Store.NO));
    }
  }

  private static @Nullable Number indexedOrNull(JsonParser parser, TypeName type) {
    boolean whole = type != TypeName.DOUBLE;
    JsonToken token = parser.currentToken();
    if (whole
        && token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return parser.getLongValue();
    }
    if (!whole && token.isNumeric()) {
      return parser.getDoubleValue() + 0.0; // zero without its sign
    }
    BigDecimal value =
        switch (token) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Numbers.parse(parser.getString());
          case VALUE_STRING ->
              type == TypeName.DATE
                  ? Numbers.parseNumberOrTime(parser.getString())
                  : Numbers.parse(parser.getString());
          default -> null;
        };
    return value == null ? null : Numbers.indexed(value, whole);
  }

  /** What {@code toString()} of the equal Java collection or map would give. */
  private static String javaText(JsonParser parser) {
    StringBuilder text = new StringBuilder();
    appendJavaText(parser, text, 0);
    return text.toString();
  }

  private static void appendJavaText(JsonParser parser, StringBuilder text, int level) {
    JsonToken token = parser.currentToken();
    if (!token.isStructStart() || level > MAX_DEPTH) {
      text.append(parser.getValueAsString("null"));
      parser.skipChildren();
      return;
    }
    boolean object = token == JsonToken.START_OBJECT;
    text.append(object ? '{' : '[');
    String separator = "";
    while (!parser.nextToken().isStructEnd()) {
      text.append(separator);
      separator = ", ";
      if (object) {
        text.append(parser.currentName()).append('=');
        parser.nextToken();
      }
      appendJavaText(parser, text, level + 1);
    }
    text.append(object ? '}' : ']');
  }
}
