// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads schemas off descriptions and the classes that they were made of. */
final class SchemaReader {
  private static final Map<Class<?>, String> WORDS =
      Map.ofEntries(
          Map.entry(byte.class, "int"),
          Map.entry(Byte.class, "int"),
          Map.entry(short.class, "int"),
          Map.entry(Short.class, "int"),
          Map.entry(int.class, "int"),
          Map.entry(Integer.class, "int"),
          Map.entry(OptionalInt.class, "int"),
          Map.entry(BigInteger.class, "integer"),
          Map.entry(BigDecimal.class, "decimal"),
          Map.entry(Number.class, "decimal"),
          Map.entry(UUID.class, "uuid"));

  private SchemaReader() {}

  static FieldSchema read(Class<?> type) {
    Map<String, PropertyDescription> own = new LinkedHashMap<>();
    ServiceDocumentDescription.Builder.create()
        .buildDescription(type)
        .propertyDescriptions
        .forEach(
            (name, property) -> {
              if (!ServiceDocument.isBuiltInDocumentField(name)) {
                own.put(name, property);
              }
            });
    return object(own, type, false, List.of());
  }

  private static FieldSchema object(
      Map<String, PropertyDescription> properties,
      @Nullable Class<?> type,
      boolean required,
      List<String> formerNames) {
    Map<String, FieldSchema> fields = new LinkedHashMap<>();
    properties.forEach((name, property) -> fields.put(name, field(property)));
    Removed removed = type == null ? null : type.getAnnotation(Removed.class);
    Set<String> gone = removed == null ? Set.of() : Set.of(removed.value());
    requireConsistent(fields, gone, type);
    return new FieldSchema(
        "object",
        required,
        formerNames,
        List.of(),
        null,
        Collections.unmodifiableMap(fields),
        gone);
  }

  private static void requireConsistent(
      Map<String, FieldSchema> fields, Set<String> gone, @Nullable Class<?> type) {
    Map<String, String> taken = new HashMap<>();
    gone.forEach(name -> taken.put(name, "@Removed names it"));
    fields.keySet().forEach(name -> refuseIfTaken(taken, name, "it is a field", type));
    fields.forEach(
        (field, schema) ->
            schema
                .formerNames()
                .forEach(
                    name -> refuseIfTaken(taken, name, "it is a former name of " + field, type)));
  }

  private static void refuseIfTaken(
      Map<String, String> taken, String name, String what, @Nullable Class<?> type) {
    String other = taken.put(name, what);
    if (other != null) {
      throw new IllegalArgumentException(
          "The name %s means two things in %s: %s, and %s"
              .formatted(name, type == null ? "one object" : type.getName(), other, what));
    }
  }

  private static FieldSchema field(PropertyDescription property) {
    PropertyAccessor accessor = property.accessor;
    FormerNames former =
        accessor == null ? null : element(accessor).getAnnotation(FormerNames.class);
    return schema(
        property,
        accessor == null ? null : accessor.genericType(),
        former == null ? List.of() : List.of(former.value()));
  }

  private static AnnotatedElement element(PropertyAccessor accessor) {
    return switch (accessor) {
      case PropertyAccessor.OfField(var field) -> field;
      case PropertyAccessor.OfRecord(var component) -> component;
    };
  }

  private static FieldSchema schema(
      PropertyDescription property, @Nullable Type type, List<String> formerNames) {
    Class<?> raw = raw(type);
    if (raw == Optional.class) {
      return schema(property, itemType(type), formerNames);
    }
    boolean required = property.has(PropertyUsageOption.REQUIRED);
    Map<String, PropertyDescription> inner = property.fieldDescriptions;
    PropertyDescription element = property.elementDescription;
    if (property.typeName == TypeName.PODO && inner != null && raw != Object.class) {
      return object(inner, raw, required, formerNames);
    }
    String[] constants = property.enumValues;
    return new FieldSchema(
        word(property.typeName, raw),
        required,
        formerNames,
        constants == null ? List.of() : Arrays.asList(constants),
        element == null ? null : schema(element, itemType(type), List.of()),
        Map.of(),
        Set.of());
  }

  private static String word(@Nullable TypeName name, @Nullable Class<?> raw) {
    String own = raw == null ? null : WORDS.get(raw);
    if (own != null) {
      return own;
    }
    return switch (name) {
      case null -> "any";
      case PODO -> "any";
      case COLLECTION -> "list";
      case DATE -> raw == null ? "date" : raw.getSimpleName();
      default -> name.name().toLowerCase(Locale.ROOT);
    };
  }

  /** The type of the items of a collection or an array, of the values of a map. */
  private static @Nullable Type itemType(@Nullable Type type) {
    return switch (type) {
      case GenericArrayType array -> array.getGenericComponentType();
      case Class<?> array when array.isArray() -> array.getComponentType();
      case ParameterizedType generic -> {
        Type[] arguments = generic.getActualTypeArguments();
        yield arguments[arguments.length - 1];
      }
      case null, default -> null;
    };
  }

  private static @Nullable Class<?> raw(@Nullable Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> raw(generic.getRawType());
      case WildcardType wildcard -> raw(wildcard.getUpperBounds()[0]);
      case null, default -> null;
    };
  }
}
