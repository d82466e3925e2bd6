// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sealed types as documents have them: an object with a property, the discriminator, that holds the
 * simple name of its class. The annotations of Jackson choose another property or other names:
 * {@code @JsonTypeInfo(use = NAME, property = "sort")} on the sealed type, {@code @JsonTypeName} on
 * a class. Stateless.
 */
public final class SealedTypes {
  /** The discriminator of types that name no other. */
  public static final String TYPE = "type";

  private SealedTypes() {}

  /** Whether values of a declared type say in JSON which of its permitted classes they have. */
  public static boolean isDiscriminated(Class<?> type) {
    // An enum whose constants have bodies is sealed, as are EnumSet and ZoneId of the platform.
    if (!type.isSealed()
        || Enum.class.isAssignableFrom(type)
        || type.getPackageName().startsWith("java.")) {
      return false;
    }
    JsonTypeInfo chosen = type.getAnnotation(JsonTypeInfo.class);
    return chosen == null || chosen.use() == JsonTypeInfo.Id.NAME;
  }

  /** The property of a sealed type's objects that names their class. */
  public static String propertyOf(Class<?> sealed) {
    JsonTypeInfo chosen = sealed.getAnnotation(JsonTypeInfo.class);
    if (chosen == null) {
      return TYPE;
    }
    return chosen.property().isEmpty() ? chosen.use().getDefaultPropertyName() : chosen.property();
  }

  /**
   * The classes that values of a sealed type may have, by their names in JSON, as declared.
   *
   * @throws IllegalArgumentException if two have the same name, or if one cannot be told by a name:
   *     an enum, or a type that others may extend
   */
  public static Map<String, Class<?>> typesOf(Class<?> sealed) {
    Map<String, Class<?>> types = new LinkedHashMap<>();
    collect(sealed, sealed, types);
    return types;
  }

  private static void collect(Class<?> sealed, Class<?> type, Map<String, Class<?>> types) {
    boolean concrete = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
    if (concrete) {
      Class<?> other = types.put(nameOf(sealed, type), type);
      if (other != null && other != type) {
        throw refusal(
            sealed,
            type,
            "has the same name in JSON as another: give one of them @JsonTypeName(\"...\")");
      }
    }
    if (type.isEnum()) {
      throw refusal(sealed, type, "is an enum, which has no property for its name: use a record");
    }
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(sealed, permitted, types);
      }
    } else if (!concrete || !Modifier.isFinal(type.getModifiers())) {
      throw refusal(sealed, type, "is open: make it final, sealed or a record");
    }
  }

  private static String nameOf(Class<?> sealed, Class<?> type) {
    JsonSubTypes listed = sealed.getAnnotation(JsonSubTypes.class);
    if (listed != null) {
      for (JsonSubTypes.Type one : listed.value()) {
        if (one.value() == type && !one.name().isEmpty()) {
          return one.name();
        }
      }
    }
    JsonTypeName own = type.getAnnotation(JsonTypeName.class);
    return own == null || own.value().isEmpty() ? type.getSimpleName() : own.value();
  }

  private static IllegalArgumentException refusal(Class<?> sealed, Class<?> type, String what) {
    return new IllegalArgumentException(
        "%s, which %s permits, %s".formatted(type.getName(), sealed.getName(), what));
  }
}
