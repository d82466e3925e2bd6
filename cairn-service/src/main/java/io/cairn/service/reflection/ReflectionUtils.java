// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.reflection;

import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.StateMerge;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Fields of classes, and properties of documents by their descriptions. Stateless. */
public final class ReflectionUtils {

  private ReflectionUtils() {}

  /**
   * A field of a class or of those that it extends, be it public or not; it can be read and set.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Field getField(Class<?> type, String name) {
    Field found = getFieldIfExists(type, name);
    if (found == null) {
      throw new IllegalArgumentException(type.getName() + " has no field " + name);
    }
    return found;
  }

  /** As {@link #getField}; null if there is none. */
  public static @Nullable Field getFieldIfExists(Class<?> type, String name) {
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      for (Field field : one.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return field;
        }
      }
    }
    return null;
  }

  public static boolean hasField(Class<?> type, String name) {
    return getFieldIfExists(type, name) != null;
  }

  /**
   * A new object of a class with a constructor without arguments.
   *
   * @throws IllegalStateException if it cannot be made
   */
  public static <T> T instantiate(Class<T> type) {
    try {
      return type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " needs a public constructor without arguments", e);
    }
  }

  /** The value of a property of a document. */
  public static @Nullable Object getPropertyValue(PropertyDescription property, Object instance) {
    return accessor(property).get(instance);
  }

  /** Sets a property of a document. */
  public static void setPropertyValue(
      PropertyDescription property, Object instance, @Nullable Object value) {
    accessor(property).set(instance, value);
  }

  /**
   * Sets a property of a document; of a collection or map adds to what is there.
   *
   * @return whether the document changed
   */
  public static boolean setOrUpdatePropertyValue(
      PropertyDescription property, Object instance, Object value) {
    return StateMerge.mergeValue(accessor(property), instance, value);
  }

  private static PropertyAccessor accessor(PropertyDescription property) {
    PropertyAccessor accessor = property.accessor;
    if (accessor == null) {
      throw new IllegalArgumentException("The description was not made from a class");
    }
    return accessor;
  }
}
