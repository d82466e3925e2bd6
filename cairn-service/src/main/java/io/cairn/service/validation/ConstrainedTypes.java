// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Valid;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a class has constraints, without the help of what checks them: loading that takes a
 * quarter of a second, which a host whose types have none must not pay. Parts of an object are
 * checked only where they are marked {@code @Valid}, so looking at the class itself is enough.
 */
final class ConstrainedTypes {

  private ConstrainedTypes() {}

  static boolean isConstrained(@Nullable Class<?> type) {
    if (type == null || type == Object.class) {
      return false;
    }
    return isMarked(type)
        || Arrays.stream(type.getDeclaredFields())
            .anyMatch(field -> isMarked(field) || isMarkedType(field.getAnnotatedType()))
        || Arrays.stream(type.getDeclaredMethods())
            .filter(ConstrainedTypes::isGetter)
            .anyMatch(getter -> isMarked(getter) || isMarkedType(getter.getAnnotatedReturnType()))
        || isConstrained(type.getSuperclass())
        || Arrays.stream(type.getInterfaces()).anyMatch(ConstrainedTypes::isConstrained);
  }

  private static boolean isGetter(Method method) {
    return method.getParameterCount() == 0
        && method.getReturnType() != void.class
        && !Modifier.isStatic(method.getModifiers());
  }

  private static boolean isMarked(AnnotatedElement element) {
    return Arrays.stream(element.getDeclaredAnnotations()).anyMatch(ConstrainedTypes::isConstraint);
  }

  private static boolean isConstraint(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    return type == Valid.class || type.isAnnotationPresent(Constraint.class) || isRepeated(type);
  }

  /** Whether an annotation only holds several of one constraint, as {@code @Pattern.List}. */
  private static boolean isRepeated(Class<? extends Annotation> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals("value"))
        .map(method -> method.getReturnType().getComponentType())
        .anyMatch(item -> item != null && item.isAnnotationPresent(Constraint.class));
  }

  private static boolean isMarkedType(AnnotatedType type) {
    return isMarked(type) || parts(type).anyMatch(ConstrainedTypes::isMarkedType);
  }

  private static Stream<AnnotatedType> parts(AnnotatedType type) {
    return switch (type) {
      case AnnotatedParameterizedType generic ->
          Arrays.stream(generic.getAnnotatedActualTypeArguments());
      case AnnotatedArrayType array -> Stream.of(array.getAnnotatedGenericComponentType());
      case AnnotatedWildcardType wildcard -> Arrays.stream(wildcard.getAnnotatedUpperBounds());
      default -> Stream.empty();
    };
  }

  /**
   * The fields whose types have constraints that nobody checks, because {@code @Valid} is missing:
   * as in "Order.lines".
   */
  static List<String> unchecked(Class<?> root) {
    List<String> found = new ArrayList<>();
    collectUnchecked(root, new HashSet<>(), found);
    return found;
  }

  private static void collectUnchecked(Class<?> type, Set<Class<?>> seen, List<String> found) {
    if (type.getName().startsWith("java.") || !seen.add(type)) {
      return;
    }
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      for (AnnotatedType part : withParts(field.getAnnotatedType()).toList()) {
        Class<?> held = rawClass(part.getType());
        boolean checked =
            field.isAnnotationPresent(Valid.class) || part.isAnnotationPresent(Valid.class);
        if (!checked && !held.isEnum() && isConstrained(held)) {
          found.add(type.getSimpleName() + "." + field.getName());
        }
        collectUnchecked(held, seen, found);
      }
    }
  }

  private static Stream<AnnotatedType> withParts(AnnotatedType type) {
    return Stream.concat(Stream.of(type), parts(type).flatMap(ConstrainedTypes::withParts));
  }

  private static Class<?> rawClass(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> rawClass(generic.getRawType());
      default -> Object.class;
    };
  }
}
