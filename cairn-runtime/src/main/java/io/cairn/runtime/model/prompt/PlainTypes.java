// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import io.cairn.document.ServiceDocument;
import io.cairn.service.validation.Constraints;
import java.io.Serializable;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Which types are plain data: to make an object of one, to read or write it as JSON, to compare it
 * and to print it runs no code but what is prompt. All objects that a prompt handler can get hold
 * of are plain, or are values and collections of the JDK that hold such: so a call of {@code
 * Map.put} is one of a map of the JDK. Not thread-safe.
 */
final class PlainTypes {

  private static final Set<Class<?>> VALUES =
      Set.of(
          Boolean.class,
          Byte.class,
          Character.class,
          Double.class,
          Float.class,
          Integer.class,
          Long.class,
          Short.class,
          String.class,
          UUID.class,
          URI.class,
          Duration.class,
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          LocalTime.class,
          OffsetDateTime.class);

  private static final Set<Class<?>> LISTS = Set.of(Collection.class, List.class, ArrayList.class);

  /** What hashes or sorts its keys. */
  private static final Set<Class<?>> KEYED =
      Set.of(
          Set.class,
          HashSet.class,
          LinkedHashSet.class,
          SortedSet.class,
          TreeSet.class,
          Map.class,
          HashMap.class,
          LinkedHashMap.class,
          SortedMap.class,
          TreeMap.class);

  private static final Set<String> OF_ALL_OBJECTS =
      Set.of("equals", "hashCode", "toString", "compareTo", "clone", "finalize");

  private final Map<Class<?>, Boolean> known = new HashMap<>();
  private final Set<Class<?>> asking = new HashSet<>();

  /** Whether values of a type are plain. */
  boolean include(Type type) {
    return switch (type) {
      case Class<?> one when one.isArray() -> include(one.getComponentType());
      case Class<?> one -> one.isPrimitive() || VALUES.contains(one) || includeClass(one);
      case ParameterizedType generic -> includeCollection(generic);
      case GenericArrayType array -> include(array.getGenericComponentType());
      default -> false;
    };
  }

  private boolean includeCollection(ParameterizedType type) {
    Type[] held = type.getActualTypeArguments();
    return type.getRawType() instanceof Class<?> raw
        && (LISTS.contains(raw) || (KEYED.contains(raw) && isValue(held[0])))
        && Arrays.stream(held).allMatch(this::include);
  }

  /** Whether a type says all of its values: nobody can change or extend them. */
  boolean isValue(Type type) {
    return type instanceof Class<?> one
        && (one.isPrimitive() || VALUES.contains(one) || (one.isEnum() && includeClass(one)));
  }

  private boolean includeClass(Class<?> type) {
    if (type.equals(ServiceDocument.class)) {
      return true;
    }
    Boolean answer = known.get(type);
    if (answer != null || !asking.add(type)) {
      return answer == null || answer; // it is, if all that it is made of is
    }
    boolean plain = isPlain(type);
    asking.remove(type);
    if (!plain) {
      known.values().removeIf(yes -> yes); // what may have been found while this was thought so
    }
    known.put(type, plain);
    return plain;
  }

  private boolean isPlain(Class<?> type) {
    int kind = type.getModifiers();
    boolean concrete =
        !type.isInterface()
            && !Modifier.isAbstract(kind)
            && (!type.isEnum() || Modifier.isFinal(kind))
            && type.getClassLoader() != null;
    return concrete
        && extendsPlain(type)
        && List.of(Serializable.class).containsAll(List.of(type.getInterfaces()))
        && hasNoReader(type)
        && !Constraints.areOn(type)
        && hasOrdinaryMethods(type)
        && isMadePromptly(type)
        && (type.isEnum() || holdsPlain(type));
  }

  private boolean extendsPlain(Class<?> type) {
    Class<?> above = type.getSuperclass();
    return above.equals(Object.class)
        || above.equals(Record.class)
        || above.equals(Enum.class)
        || includeClass(above);
  }

  private boolean isMadePromptly(Class<?> type) {
    PromptCode code = new PromptCode(type, this);
    return code.isUsedPromptly(type) && (type.isEnum() || code.isMadePromptly());
  }

  private boolean holdsPlain(Class<?> type) {
    Field[] fields = type.isRecord() ? type.getDeclaredFields() : type.getFields();
    return Arrays.stream(fields)
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .filter(field -> !field.getDeclaringClass().equals(ServiceDocument.class))
        .allMatch(field -> include(field.getGenericType()));
  }

  /** Whether nothing calls its methods that does not name them. */
  private boolean hasOrdinaryMethods(Class<?> type) {
    PromptCode code = new PromptCode(type, this);
    for (Method method : type.getDeclaredMethods()) {
      boolean creator =
          Modifier.isStatic(method.getModifiers())
              && method.getParameterCount() == 1
              && !type.isEnum()
              && (method.getName().equals("valueOf") || method.getName().equals("fromString"));
      boolean accessor =
          type.isRecord()
              && method.getParameterCount() == 0
              && !Modifier.isStatic(method.getModifiers());
      boolean generated = type.isRecord() && code.isGenerated(method);
      if (creator
          || (OF_ALL_OBJECTS.contains(method.getName()) && !generated)
          || (accessor && !generated && !code.isPrompt(method))) {
        return false;
      }
    }
    return true;
  }

  /** Annotations of Jackson may name a reader that an author wrote. */
  static boolean hasNoReader(Class<?> type) {
    return Stream.of(
            Stream.of(type),
            Stream.of(type.getDeclaredFields()),
            Stream.of(type.getDeclaredMethods()),
            Stream.of(type.getDeclaredConstructors()),
            Stream.of(type.getDeclaredConstructors())
                .flatMap(one -> Stream.of(one.getParameters())))
        .flatMap(elements -> elements)
        .noneMatch(PlainTypes::hasReader);
  }

  private static boolean hasReader(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(
            one -> // itself, or an annotation of an author's that stands for some
            isOfJackson(one)
                    || Arrays.stream(one.getAnnotations())
                        .anyMatch(above -> isOfJackson(above.annotationType())));
  }

  private static boolean isOfJackson(Class<?> annotation) {
    return annotation.getName().contains(".jackson.");
  }
}
