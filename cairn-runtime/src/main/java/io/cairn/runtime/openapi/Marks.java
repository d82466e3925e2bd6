// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.PropertyAccessor;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The annotations that stand on a field and on its type, and the way to those of what is inside.
 *
 * @param type the type with its annotations; null where it is not known
 * @param raw the class of the values
 */
record Marks(Set<Annotation> annotations, @Nullable AnnotatedType type, Class<?> raw) {
  static final Marks NONE = new Marks(Set.of(), null, Object.class);

  /** Those of a property; none if it was read from JSON. */
  static Marks of(@Nullable PropertyAccessor accessor) {
    return switch (accessor) {
      case null -> NONE;
      case PropertyAccessor.OfField(var field) -> of(field, field.getAnnotatedType());
      case PropertyAccessor.OfRecord(var component) -> {
        Field field = fieldOf(component);
        yield of(field, field.getAnnotatedType());
      }
    };
  }

  /** Constraints may stand on fields, not on components: the compiler copies them to the field. */
  private static Field fieldOf(RecordComponent component) {
    try {
      return component.getDeclaringRecord().getDeclaredField(component.getName());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("every component of a record has a field", e);
    }
  }

  private static Marks of(AnnotatedElement element, AnnotatedType type) {
    Set<Annotation> all = new LinkedHashSet<>(List.of(element.getAnnotations()));
    all.addAll(List.of(type.getAnnotations()));
    Class<?> raw = rawOf(type.getType());
    if (raw == Optional.class && type instanceof AnnotatedParameterizedType optional) {
      AnnotatedType value = optional.getAnnotatedActualTypeArguments()[0];
      all.addAll(List.of(value.getAnnotations()));
      return new Marks(all, value, rawOf(value.getType()));
    }
    return new Marks(all, type, raw);
  }

  /** Those of the items of a collection or array, or of the values of a map. */
  Marks inside() {
    AnnotatedType inner =
        switch (type) {
          case AnnotatedArrayType array -> array.getAnnotatedGenericComponentType();
          case AnnotatedParameterizedType generic -> last(generic);
          case null, default -> null;
        };
    return inner == null
        ? NONE
        : new Marks(
            new LinkedHashSet<>(List.of(inner.getAnnotations())), inner, rawOf(inner.getType()));
  }

  private static @Nullable AnnotatedType last(AnnotatedParameterizedType generic) {
    AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
    return arguments.length == 0 ? null : arguments[arguments.length - 1];
  }

  private static Class<?> rawOf(Type type) {
    return switch (type) {
      case Class<?> known -> known;
      case ParameterizedType generic -> rawOf(generic.getRawType());
      default -> Object.class;
    };
  }
}
