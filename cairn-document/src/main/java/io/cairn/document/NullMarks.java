// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a field may be null, from the annotations that people know, whoever declares them:
 * {@code Nullable} and {@code NonNull}, and {@code NullMarked} around a record. Stateless.
 */
final class NullMarks {
  private static final Set<String> NULLABLE = Set.of("Nullable", "CheckForNull");
  private static final Set<String> NOT_NULL = Set.of("NonNull", "Nonnull", "NotNull");
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private NullMarks() {}

  /**
   * Describes one field.
   *
   * @param record the record that has it: in one that is null-marked, what is not nullable is not
   *     null; null for a field of a class, which may be null until it is set
   */
  static void describe(
      PropertyDescription property,
      Class<?> raw,
      AnnotatedType type,
      AnnotatedElement element,
      @Nullable Class<?> record) {
    if (raw.isPrimitive()) {
      property.nullable = false;
    } else if (OPTIONAL.contains(raw) || has(NULLABLE, type) || has(NULLABLE, element)) {
      property.nullable = true;
    } else if (has(NOT_NULL, type)
        || has(NOT_NULL, element)
        || (record != null && isMarked(record))) {
      property.nullable = false;
    }
  }

  private static boolean isMarked(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (has(Set.of("NullMarked"), each)) {
        return true;
      }
    }
    return has(Set.of("NullMarked"), type.getPackage())
        || has(Set.of("NullMarked"), type.getModule());
  }

  private static boolean has(Set<String> names, AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(annotation -> names.contains(annotation.getSimpleName()));
  }
}
