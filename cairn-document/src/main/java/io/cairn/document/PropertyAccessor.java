// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Reads, and where the class allows it writes, one property of a document object. Thread-safe. */
public sealed interface PropertyAccessor {
  /** Returns the value of this property in {@code target}. */
  @Nullable Object get(Object target);

  /**
   * Sets this property of {@code target}.
   *
   * @throws UnsupportedOperationException when the property belongs to a record
   */
  void set(Object target, @Nullable Object value);

  /** Returns the declared type of the property. */
  Class<?> type();

  /** Returns the declared type of the property with its type arguments. */
  Type genericType();

  /** A public field of a class. */
  record OfField(Field field) implements PropertyAccessor {
    @Override
    public @Nullable Object get(Object target) {
      try {
        return field.get(target);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("Field " + field + " cannot be read", e);
      }
    }

    @Override
    public void set(Object target, @Nullable Object value) {
      try {
        field.set(target, value);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("Field " + field + " cannot be written", e);
      }
    }

    @Override
    public Class<?> type() {
      return field.getType();
    }

    @Override
    public Type genericType() {
      return field.getGenericType();
    }
  }

  /** A component of a record. */
  record OfRecord(RecordComponent component) implements PropertyAccessor {
    @Override
    public @Nullable Object get(Object target) {
      try {
        return component.getAccessor().invoke(target);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("Component " + component + " cannot be read", e);
      }
    }

    @Override
    public void set(Object target, @Nullable Object value) {
      throw new UnsupportedOperationException("Component " + component + " cannot be written");
    }

    @Override
    public Class<?> type() {
      return component.getType();
    }

    @Override
    public Type genericType() {
      return component.getGenericType();
    }
  }
}
