// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.DocumentKinds;
import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.Documentation;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.TaskState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of a document: each class once, under the last part of its kind. Made of the
 * descriptions that templates show, and of the annotations on the fields. Confined to one call.
 */
final class Schemas {
  private static final String BUILT_IN = "ServiceDocument";

  /** What clients may say of a document; the host keeps the other built-in fields by itself. */
  private static final Set<String> WRITABLE =
      Set.of(
          ServiceDocument.FIELD_NAME_SELF_LINK,
          ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS,
          ServiceDocument.FIELD_NAME_VERSION);

  private static final String TASK = DocumentKinds.shared().kindOf(TaskState.class);

  private static final Set<Class<?>> SMALL =
      Set.of(int.class, Integer.class, short.class, Short.class, byte.class, Byte.class);

  private final ObjectNode components;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> kinds = new HashMap<>();

  Schemas(ObjectNode components) {
    this.components = components;
  }

  private ObjectNode defined() {
    return components.get("schemas") instanceof ObjectNode present
        ? present
        : components.putObject("schemas");
  }

  /** A reference to a schema of a name of its own, which is written when it is first asked for. */
  ObjectNode define(String name, Consumer<ObjectNode> writer) {
    ObjectNode all = defined();
    if (!all.has(name)) {
      writer.accept(all.putObject(name)); // put before it is written: it may refer to itself
    }
    return ref(name);
  }

  private static ObjectNode ref(String name) {
    return ApiOperation.object().put("$ref", "#/components/schemas/" + name);
  }

  /** The last part of a kind, with the one before where another kind ends so. */
  private String nameOf(String kind) {
    return names.computeIfAbsent(
        kind,
        unnamed -> {
          String[] parts = unnamed.replaceAll("[^A-Za-z0-9._:-]", "_").split("[:$]", -1);
          String name = parts[parts.length - 1];
          for (int i = parts.length - 2; i >= 0 && isOthers(name, unnamed); i--) {
            name = parts[i] + "." + name;
          }
          while (isOthers(name, unnamed)) {
            name += "_";
          }
          kinds.put(name, unnamed);
          return name;
        });
  }

  private boolean isOthers(String name, String kind) {
    String known = kinds.get(name);
    return known == null ? defined().has(name) : !known.equals(kind);
  }

  /** The documents of a service. */
  ObjectNode ofDocument(String kind, ServiceDocumentDescription description) {
    return define(
        nameOf(kind),
        schema -> {
          if (description.description != null) {
            schema.put("description", description.description);
          }
          writeDocument(schema, description.propertyDescriptions);
        });
  }

  /** The same where each field may be left out, or null to be taken away: for a merge patch. */
  ObjectNode ofPatch(String kind, ServiceDocumentDescription description) {
    ObjectNode whole = ofDocument(kind, description);
    JsonNode own = defined().path(nameOf(kind)).path("allOf").path(1);
    if (!own.has("required")) {
      return whole;
    }
    return define(
        nameOf(kind) + "Patch",
        schema -> {
          schema.put("description", "Fields that are to change");
          writeDocument(schema, description.propertyDescriptions);
          ((ObjectNode) schema.path("allOf").path(1)).remove("required");
        });
  }

  /** A class: the body of a request or an answer. */
  ObjectNode ofType(Class<?> type) {
    if (ServiceDocument.class.isAssignableFrom(type) && type != ServiceDocument.class) {
      return ofDocument(
          DocumentKinds.shared().kindOf(type),
          ServiceDocumentDescription.Builder.create().buildDescription(type));
    }
    return type == ServiceDocument.class
        ? builtIn()
        : of(
            ServiceDocumentDescription.Builder.create().buildPodoPropertyDescription(type),
            new Marks(Set.of(), null, type));
  }

  private ObjectNode builtIn() {
    return define(
        BUILT_IN,
        schema -> {
          schema.put("description", "What every document has");
          writeFields(
              schema,
              ServiceDocumentDescription.Builder.create()
                  .buildDescription(ServiceDocument.class)
                  .propertyDescriptions);
        });
  }

  private void writeDocument(ObjectNode schema, Map<String, PropertyDescription> all) {
    ArrayNode parts = schema.putArray("allOf");
    parts.add(builtIn());
    Map<String, PropertyDescription> own = new LinkedHashMap<>(all);
    own.keySet().removeIf(ServiceDocument::isBuiltInDocumentField);
    writeFields(parts.addObject(), own);
  }

  private void writeFields(ObjectNode schema, Map<String, PropertyDescription> fields) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    fields.forEach(
        (name, field) -> {
          Marks marks = Marks.of(field.accessor);
          boolean builtIn =
              ServiceDocument.isBuiltInDocumentField(name)
                  && field.has(PropertyUsageOption.INFRASTRUCTURE);
          ObjectNode property = builtIn ? typed(field, marks) : of(field, marks);
          if (builtIn) {
            property.put("description", BuiltInTexts.of(name));
          }
          // Of a task its client says one thing: whether the answer waits for its end.
          boolean ofTheService =
              field.has(PropertyUsageOption.SERVICE_USE) && marks.raw() != TaskState.class;
          if (ofTheService || (builtIn && !WRITABLE.contains(name))) {
            property.put("readOnly", true);
          }
          properties.set(name, property);
          boolean required =
              ConstraintKeywords.require(marks.annotations())
                  || (field.has(PropertyUsageOption.REQUIRED)
                      && !field.has(PropertyUsageOption.ID));
          if (required) {
            schema.withArray("required").add(name);
          }
        });
  }

  /** A field, an item or a body. */
  private ObjectNode of(PropertyDescription property, Marks marks) {
    ObjectNode schema = typed(property, marks);
    ConstraintKeywords.add(schema, marks.annotations());
    if (property.propertyDocumentation != null) {
      schema.put("description", property.propertyDocumentation);
    }
    addExample(schema, property, marks);
    return Boolean.TRUE.equals(property.nullable) ? nullable(schema) : schema;
  }

  private ObjectNode typed(PropertyDescription property, Marks marks) {
    TypeName type = property.typeName;
    ObjectNode schema = ApiOperation.object();
    if (type == null) {
      return schema;
    }
    return switch (type) {
      case BOOLEAN -> schema.put("type", "boolean");
      case LONG -> whole(schema, property, marks.raw());
      case DOUBLE -> {
        schema.put("type", "number");
        yield property.isExact()
            ? schema
            : schema.put("format", isFloat(marks.raw()) ? "float" : "double");
      }
      case STRING -> text(schema, property, marks.raw());
      case BYTES -> schema.put("type", "string").put("contentEncoding", "base64");
      case DATE -> time(schema, property, marks.raw());
      case URI -> schema.put("type", "string").put("format", "uri-reference");
      case InternetAddressV4 -> schema.put("type", "string").put("format", "ipv4");
      case InternetAddressV6 -> schema.put("type", "string").put("format", "ipv6");
      case ENUM -> constants(schema, property);
      case COLLECTION -> {
        schema.put("type", "array");
        if (Set.class.isAssignableFrom(marks.raw())) {
          schema.put("uniqueItems", true);
        }
        schema.set("items", element(property, marks));
        yield schema;
      }
      case MAP -> {
        schema.put("type", "object").set("additionalProperties", element(property, marks));
        yield schema;
      }
      case PODO -> object(schema, property);
    };
  }

  private ObjectNode element(PropertyDescription property, Marks marks) {
    PropertyDescription element = property.elementDescription;
    return element == null ? ApiOperation.object() : of(element, marks.inside());
  }

  private static ObjectNode whole(ObjectNode schema, PropertyDescription property, Class<?> raw) {
    schema.put("type", "integer");
    return property.isExact()
        ? schema
        : schema.put("format", SMALL.contains(raw) ? "int32" : "int64");
  }

  private static boolean isFloat(Class<?> raw) {
    return raw == float.class || raw == Float.class;
  }

  private static ObjectNode text(ObjectNode schema, PropertyDescription property, Class<?> raw) {
    schema.put("type", "string");
    if (property.format == ServiceDocumentDescription.Format.UUID) {
      schema.put("format", "uuid");
    } else if (raw == char.class || raw == Character.class) {
      schema.put("minLength", 1).put("maxLength", 1);
    }
    return schema;
  }

  /** Only what RFC 3339 has too gets the name of a format. */
  private static ObjectNode time(ObjectNode schema, PropertyDescription property, Class<?> raw) {
    schema.put("type", "string");
    return switch (property.format) {
      case DATE_TIME -> raw == ZonedDateTime.class ? schema : schema.put("format", "date-time");
      case DATE -> schema.put("format", "date");
      case DURATION -> schema.put("format", "duration");
      case LOCAL_DATE_TIME -> schema.put("description", "A date and time: 2026-01-31T12:00:00");
      case TIME -> schema.put("description", "A time of day: 12:30:00");
      case UUID, DECIMAL, INTEGER -> schema;
      case null -> schema;
    };
  }

  private static ObjectNode constants(ObjectNode schema, PropertyDescription property) {
    schema.put("type", "string");
    if (property.enumValues != null && property.enumValues.length > 0) {
      ArrayNode values = schema.putArray("enum");
      for (String constant : property.enumValues) {
        values.add(constant);
      }
    }
    return schema;
  }

  private ObjectNode object(ObjectNode schema, PropertyDescription property) {
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    String kind = property.kind;
    if (kind == null || fields == null || fields.isEmpty()) {
      String known = kind == null ? null : names.get(kind);
      return known != null && defined().has(known) ? ref(known) : schema; // anything
    }
    if (property.types != null && property.typeProperty != null) {
      return sealed(kind, property.typeProperty, property.types);
    }
    return define(
        nameOf(kind),
        whole -> {
          boolean document = isDocument(fields.get(ServiceDocument.FIELD_NAME_VERSION));
          if (document) {
            writeDocument(whole, fields);
          } else {
            writeFields(whole, fields);
          }
          if (kind.equals(TASK)) {
            // All else a task says itself. A direct one is answered when it has ended.
            whole.putArray("examples").addObject().put("isDirect", true);
          }
        });
  }

  private static boolean isDocument(@Nullable PropertyDescription version) {
    return version != null
        && version.accessor instanceof PropertyAccessor.OfField(var field)
        && field.getDeclaringClass() == ServiceDocument.class;
  }

  private ObjectNode sealed(
      String kind, String typeProperty, Map<String, PropertyDescription> types) {
    String name = nameOf(kind);
    return define(
        name,
        schema -> {
          ArrayNode choices = schema.putArray("oneOf");
          ObjectNode discriminator = schema.putObject("discriminator");
          discriminator.put("propertyName", typeProperty);
          ObjectNode mapping = discriminator.putObject("mapping");
          types.forEach(
              (type, description) -> {
                ObjectNode choice =
                    define(
                        name + "." + type,
                        one -> {
                          writeFields(
                              one,
                              description.fieldDescriptions == null
                                  ? Map.of()
                                  : description.fieldDescriptions);
                          ((ObjectNode) one.get("properties"))
                              .putObject(typeProperty)
                              .put("type", "string")
                              .put("const", type);
                          one.withArray("required").add(typeProperty);
                        });
                choices.add(choice);
                mapping.put(type, choice.get("$ref").asString());
              });
        });
  }

  /** The author's example; those that templates make up say nothing beside the type. */
  private static void addExample(ObjectNode schema, PropertyDescription property, Marks marks) {
    boolean said =
        marks.annotations().stream()
            .anyMatch(
                mark -> mark instanceof Documentation text && !text.exampleString().isEmpty());
    boolean link = property.has(PropertyUsageOption.LINK) || property.has(PropertyUsageOption.ID);
    if (!(property.exampleValue instanceof String text) || !(said || link)) {
      return;
    }
    String type = schema.path("type").asString("");
    try {
      switch (type) {
        case "integer" -> schema.putArray("examples").add(new BigInteger(text));
        case "number" -> schema.putArray("examples").add(new BigDecimal(text));
        case "boolean" -> schema.putArray("examples").add(Boolean.parseBoolean(text));
        case "string" -> schema.putArray("examples").add(text);
        default -> {}
      }
    } catch (NumberFormatException e) {
      schema.remove("examples"); // what an author wrote is no number: it is left out
    }
  }

  private static ObjectNode nullable(ObjectNode schema) {
    JsonNode type = schema.get("type");
    if (type != null && type.isString()) {
      schema.putArray("type").add(type.asString()).add("null");
      if (schema.get("enum") instanceof ArrayNode constants) {
        constants.addNull();
      }
      return schema;
    }
    if (!schema.has("$ref")) {
      return schema;
    }
    ObjectNode either = ApiOperation.object();
    ArrayNode choices = either.putArray("anyOf");
    choices.add(schema);
    choices.addObject().put("type", "null");
    return either;
  }

  /** What a reference leads to; the schema itself if it is none. */
  JsonNode resolve(JsonNode schema) {
    JsonNode at = schema;
    for (int i = 0; i < 8 && at.has("$ref"); i++) {
      String text = at.path("$ref").asString();
      at = defined().path(text.substring(text.lastIndexOf('/') + 1));
    }
    return at;
  }
}
