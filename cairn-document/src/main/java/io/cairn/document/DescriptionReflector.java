// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.cairn.document.ServiceDocument.Documentation;
import io.cairn.document.ServiceDocument.IndexingParameters;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.json.SealedTypes;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads descriptions off classes with public fields and off records. Confined to one call. */
final class DescriptionReflector {
  private static final Set<String> NOT_DESCRIBED =
      Set.of(ServiceDocument.FIELD_NAME_DESCRIPTION, ServiceDocument.FIELD_NAME_UPDATE_ACTION);

  /** The classes being described, outermost first: one that encloses itself ends there. */
  private final Deque<Class<?>> enclosing = new ArrayDeque<>();

  private DescriptionReflector() {}

  static ServiceDocumentDescription describe(Class<?> type) {
    ServiceDocumentDescription description = new ServiceDocumentDescription();
    DescriptionReflector reflector = new DescriptionReflector();
    reflector.enclosing.push(type);
    description.propertyDescriptions.putAll(reflector.fieldsOf(type));
    if (type.isRecord()) {
      indexByDefault(description.propertyDescriptions, true);
      reflector
          .fieldsOf(ServiceDocument.class)
          .forEach(
              (name, property) -> {
                property.accessor = null;
                description.propertyDescriptions.putIfAbsent(name, property);
              });
    }
    IndexingParameters indexing = type.getAnnotation(IndexingParameters.class);
    if (indexing != null) {
      description.documentIndexingOptions.addAll(Arrays.asList(indexing.indexing()));
      description.serializedStateSizeLimit = indexing.serializedStateSize();
      description.versionRetentionLimit = indexing.versionRetention();
      description.versionRetentionFloor = indexing.versionRetentionFloor();
    }
    Documentation documentation = type.getAnnotation(Documentation.class);
    if (documentation != null) {
      description.name = emptyToNull(documentation.name());
      description.description = emptyToNull(documentation.description());
    }
    return description;
  }

  static PropertyDescription describeNested(Class<?> type) {
    DescriptionReflector reflector = new DescriptionReflector();
    PropertyDescription property = new PropertyDescription();
    reflector.describeType(property, type);
    return property;
  }

  private Map<String, PropertyDescription> fieldsOf(Class<?> type) {
    Map<String, PropertyDescription> result = new LinkedHashMap<>();
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        component.getAccessor().trySetAccessible();
        PropertyDescription property =
            describe(component, component.getName(), component.getGenericType());
        NullMarks.describe(
            property, component.getType(), component.getAnnotatedType(), component, type);
        property.accessor = new PropertyAccessor.OfRecord(component);
        result.put(jsonName(component, component.getName()), property);
      }
      return result;
    }
    for (Field field : publicFields(type)) {
      String name = jsonName(field, field.getName());
      if (NOT_DESCRIBED.contains(name) || result.containsKey(name)) {
        continue;
      }
      PropertyDescription property = describe(field, name, field.getGenericType());
      NullMarks.describe(property, field.getType(), field.getAnnotatedType(), field, null);
      property.accessor = new PropertyAccessor.OfField(field);
      if (field.getDeclaringClass() == ServiceDocument.class) {
        describeBuiltIn(property, name);
      }
      result.put(name, property);
    }
    return result;
  }

  /** The fields that JSON shows: public, not static or transient, most derived class first. */
  static List<Field> publicFields(Class<?> type) {
    return Arrays.stream(type.getFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .filter(field -> !Modifier.isTransient(field.getModifiers()))
        .filter(field -> !field.isAnnotationPresent(JsonIgnore.class))
        .peek(Field::trySetAccessible)
        .toList();
  }

  private static String jsonName(AnnotatedElement element, String javaName) {
    JsonProperty renamed = element.getAnnotation(JsonProperty.class);
    return renamed == null || renamed.value().isEmpty() ? javaName : renamed.value();
  }

  private PropertyDescription describe(AnnotatedElement element, String name, Type type) {
    PropertyDescription property = new PropertyDescription();
    for (UsageOption usage : element.getAnnotationsByType(UsageOption.class)) {
      property.usageOptions.add(usage.option());
    }
    PropertyOptions options = element.getAnnotation(PropertyOptions.class);
    if (options != null) {
      property.usageOptions.addAll(Arrays.asList(options.usage()));
      property.indexingOptions.addAll(Arrays.asList(options.indexing()));
    }
    if (name.endsWith("Links")) {
      property.usageOptions.add(PropertyUsageOption.LINKS);
    } else if (name.endsWith("Link")) {
      property.usageOptions.add(PropertyUsageOption.LINK);
    }
    if (property.has(PropertyUsageOption.LINKS)) {
      property.indexingOptions.add(PropertyIndexingOption.EXPAND);
    }
    describeType(property, type);
    Documentation documentation = element.getAnnotation(Documentation.class);
    if (documentation != null) {
      property.propertyDocumentation = emptyToNull(documentation.description());
      if (!documentation.exampleString().isEmpty()) {
        property.exampleValue = documentation.exampleString();
      }
    }
    return property;
  }

  private static void describeBuiltIn(PropertyDescription property, String name) {
    property.usageOptions.add(PropertyUsageOption.INFRASTRUCTURE);
    if (name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS)) {
      property.usageOptions.add(PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL);
    } else {
      property.indexingOptions.add(PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE);
    }
    if (name.equals(ServiceDocument.FIELD_NAME_SELF_LINK)) {
      property.indexingOptions.add(PropertyIndexingOption.SORT);
    }
  }

  private void describeType(PropertyDescription property, Type type) {
    Class<?> raw = rawClass(type);
    Type optional = optionalValue(type, raw);
    if (optional != null) {
      describeType(property, optional);
      return;
    }
    TypeName typeName = TypeNames.of(raw);
    property.typeName = typeName;
    property.format = TypeNames.formatOf(raw);
    switch (typeName) {
      case ENUM -> property.enumValues = enumValues(raw);
      case COLLECTION -> describeElement(property, elementType(type, raw));
      case MAP -> describeElement(property, typeArgument(type, 1));
      case PODO -> describePodo(property, raw);
      default -> property.exampleValue = ExampleValues.of(typeName, raw, property);
    }
  }

  /** The type of the value that an Optional may hold; null for other types. */
  private static @Nullable Type optionalValue(Type type, Class<?> raw) {
    if (raw == Optional.class) {
      return typeArgument(type, 0);
    } else if (raw == OptionalLong.class) {
      return long.class;
    } else if (raw == OptionalInt.class) {
      return int.class;
    }
    return raw == OptionalDouble.class ? double.class : null;
  }

  private void describeElement(PropertyDescription property, Type elementType) {
    PropertyDescription element = new PropertyDescription();
    describeType(element, elementType);
    property.elementDescription = element;
  }

  private void describePodo(PropertyDescription property, Class<?> raw) {
    property.kind = DocumentKinds.shared().kindOf(raw);
    if (raw == TaskState.class) {
      property.indexingOptions.add(PropertyIndexingOption.EXPAND);
    }
    boolean sealed = SealedTypes.isDiscriminated(raw);
    if (raw == Object.class || (raw.isInterface() && !sealed) || enclosing.contains(raw)) {
      property.fieldDescriptions = Collections.emptyMap();
      return;
    }
    enclosing.push(raw);
    if (sealed) {
      describeSealed(property, raw);
    } else {
      property.fieldDescriptions = fieldsOf(raw);
    }
    enclosing.pop();
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    if (fields != null && property.has(PropertyIndexingOption.EXPAND)) {
      inheritExpand(fields);
    }
  }

  /** Each type by its name, and the fields of all of them together. */
  private void describeSealed(PropertyDescription property, Class<?> sealed) {
    String typeProperty = SealedTypes.propertyOf(sealed);
    Map<String, Class<?>> classes = SealedTypes.typesOf(sealed);
    PropertyDescription discriminator = new PropertyDescription();
    discriminator.typeName = TypeName.ENUM;
    discriminator.enumValues = classes.keySet().toArray(String[]::new);
    discriminator.nullable = false;
    Map<String, PropertyDescription> types = new LinkedHashMap<>();
    Map<String, PropertyDescription> all = new LinkedHashMap<>();
    all.put(typeProperty, discriminator);
    classes.forEach(
        (name, type) -> {
          PropertyDescription one = new PropertyDescription();
          describePodoOnce(one, type);
          types.put(name, one);
          Map<String, PropertyDescription> fields = one.fieldDescriptions;
          if (fields == null || fields.isEmpty()) {
            return;
          }
          if (fields.containsKey(typeProperty)) {
            throw new IllegalArgumentException(
                ("%s of %s is the field that names its type: choose another for %s with"
                        + " @JsonTypeInfo(use = NAME, property = ...)")
                    .formatted(typeProperty, type.getName(), sealed.getName()));
          }
          fields.forEach(
              (field, described) -> all.merge(field, described, DescriptionReflector::inCommon));
        });
    property.typeProperty = typeProperty;
    property.types = types;
    property.fieldDescriptions = all;
  }

  private void describePodoOnce(PropertyDescription property, Class<?> type) {
    property.typeName = TypeName.PODO;
    describePodo(property, type);
  }

  /** What two types say of a field that both have: the same, or nothing but that there is one. */
  private static PropertyDescription inCommon(PropertyDescription one, PropertyDescription other) {
    return isSame(one, other) ? one : new PropertyDescription();
  }

  private static boolean isSame(PropertyDescription one, PropertyDescription other) {
    Map<String, PropertyDescription> ones = inside(one);
    Map<String, PropertyDescription> others = inside(other);
    return one.typeName == other.typeName
        && one.format == other.format
        && one.indexingOptions.equals(other.indexingOptions)
        && ones.keySet().equals(others.keySet())
        && ones.entrySet().stream()
            .allMatch(
                each ->
                    isSame(each.getValue(), others.getOrDefault(each.getKey(), each.getValue())));
  }

  /** The fields of an object; or the items of a collection or map, under a name that none has. */
  private static Map<String, PropertyDescription> inside(PropertyDescription property) {
    PropertyDescription element = property.elementDescription;
    Map<String, PropertyDescription> fields = property.fieldDescriptions;
    if (element != null) {
      return Map.of("", element);
    }
    return fields == null ? Map.of() : fields;
  }

  /**
   * Has everything in a record found: what is inside of fields is indexed, and sorted by where it
   * is one value for a document.
   */
  private static void indexByDefault(Map<String, PropertyDescription> fields, boolean single) {
    fields.values().forEach(field -> indexByDefault(field, single));
  }

  private static void indexByDefault(PropertyDescription field, boolean single) {
    if (field.has(PropertyIndexingOption.STORE_ONLY) || field.typeName == null) {
      return;
    }
    switch (field.typeName) {
      case COLLECTION, MAP -> {
        field.indexingOptions.add(PropertyIndexingOption.EXPAND);
        if (field.elementDescription != null) {
          indexByDefault(field.elementDescription, false);
        }
      }
      case PODO -> {
        field.indexingOptions.add(PropertyIndexingOption.EXPAND);
        if (field.fieldDescriptions != null) {
          indexByDefault(field.fieldDescriptions, single);
        }
      }
      case STRING, ENUM, URI, BOOLEAN, InternetAddressV4, InternetAddressV6 -> {
        if (single && !field.has(PropertyIndexingOption.TEXT)) {
          field.indexingOptions.add(PropertyIndexingOption.SORT);
        }
      }
      case LONG, DOUBLE, DATE, BYTES -> {}
    }
  }

  private static void inheritExpand(Map<String, PropertyDescription> fields) {
    EnumSet<TypeName> complex = EnumSet.of(TypeName.PODO, TypeName.COLLECTION, TypeName.MAP);
    for (PropertyDescription field : fields.values()) {
      if (field.typeName != null && complex.contains(field.typeName)) {
        field.indexingOptions.add(PropertyIndexingOption.EXPAND);
        if (field.fieldDescriptions != null) {
          inheritExpand(field.fieldDescriptions);
        }
      }
    }
  }

  private static String[] enumValues(Class<?> raw) {
    Object[] constants = raw.getEnumConstants();
    return constants == null
        ? new String[0]
        : Arrays.stream(constants)
            .map(constant -> ((Enum<?>) constant).name())
            .toArray(String[]::new);
  }

  private static Type elementType(Type type, Class<?> raw) {
    if (type instanceof GenericArrayType array) {
      return array.getGenericComponentType();
    }
    Class<?> component = raw.getComponentType();
    return component != null ? component : typeArgument(type, 0);
  }

  private static Type typeArgument(Type type, int index) {
    return type instanceof ParameterizedType parameterized
            && index < parameterized.getActualTypeArguments().length
        ? parameterized.getActualTypeArguments()[index]
        : Object.class;
  }

  private static Class<?> rawClass(Type type) {
    return switch (type) {
      case Class<?> raw -> raw;
      case ParameterizedType parameterized -> rawClass(parameterized.getRawType());
      case GenericArrayType array -> rawClass(array.getGenericComponentType()).arrayType();
      case WildcardType wildcard -> rawClass(wildcard.getUpperBounds()[0]);
      case TypeVariable<?> variable -> rawClass(variable.getBounds()[0]);
      default -> Object.class;
    };
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
