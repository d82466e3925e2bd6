// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says how a compiled class differs from a row of the inventory, as the source of a caller or a
 * subclass sees it.
 */
final class ApiCheck {

  private final XenonNames names;

  ApiCheck(XenonNames names) {
    this.names = names;
  }

  /** What keeps source that was written against the row from compiling; empty if nothing does. */
  Optional<String> difference(ApiRow row) {
    Optional<Class<?>> found = type(row.type());
    if (found.isEmpty()) {
      return Optional.of("no such type: " + names.translate(row.type()));
    }
    Class<?> type = found.get();
    if (row.isType()) {
      return kindDifference(row, type);
    }
    if (!row.isMethod()) {
      return fieldDifference(row, type);
    }
    Optional<? extends Executable> executable = find(row, type);
    return executable.isEmpty()
        ? Optional.of("no such method")
        : methodDifference(row, type, executable.get());
  }

  /** The class of a type by its Xenon name. */
  Optional<Class<?>> type(String name) {
    return load(names.translate(name));
  }

  /** The method or constructor that a caller of the row finds. */
  Optional<? extends Executable> find(ApiRow row, Class<?> type) {
    List<Class<?>> parameters = new ArrayList<>();
    for (String parameter : row.parameters()) {
      Optional<Class<?>> loaded = load(names.translate(parameter));
      if (loaded.isEmpty()) {
        return Optional.empty();
      }
      parameters.add(loaded.get());
    }
    List<? extends Executable> candidates =
        row.isConstructor() ? List.of(type.getDeclaredConstructors()) : methods(type, row.member());
    Optional<? extends Executable> same =
        candidates.stream()
            .filter(one -> List.of(one.getParameterTypes()).equals(parameters))
            .findFirst();
    return same.isPresent() || isOverridable(row, type)
        ? same
        : candidates.stream().filter(one -> accepts(one, parameters)).findFirst();
  }

  private static boolean accepts(Executable one, List<Class<?>> arguments) {
    Class<?>[] parameters = one.getParameterTypes();
    int fixed = parameters.length - (one.isVarArgs() ? 1 : 0);
    boolean spread = one.isVarArgs() && arguments.size() >= fixed;
    if (parameters.length != arguments.size() && !spread) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      Class<?> argument = arguments.get(i);
      boolean fits = i < parameters.length && takes(parameters[i], argument);
      boolean fitsSpread =
          spread && i >= fixed && takes(parameters[fixed].getComponentType(), argument);
      if (!fits && !fitsSpread) {
        return false;
      }
    }
    return true;
  }

  /** Whether an argument of a type can be given, boxed or unboxed if need be. */
  private static boolean takes(Class<?> parameter, Class<?> argument) {
    return parameter.isAssignableFrom(argument) || wrap(parameter) == wrap(argument);
  }

  private static Class<?> wrap(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }

  private static boolean isOverridable(ApiRow row, Class<?> type) {
    return !row.has("static")
        && !row.has("final")
        && !row.isConstructor()
        && !Modifier.isFinal(type.getModifiers())
        && (type.isInterface()
            || Arrays.stream(type.getDeclaredConstructors())
                .anyMatch(one -> isVisible(one) && !one.isSynthetic()));
  }

  private static boolean isVisible(Member member) {
    return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private Optional<String> kindDifference(ApiRow row, Class<?> type) {
    String kind =
        type.isAnnotation()
            ? "@interface"
            : type.isInterface() ? "interface" : type.isEnum() ? "enum" : "class";
    List<String> words = List.of(row.signature().split(" "));
    if (!words.contains(kind)) {
      return Optional.of("is a " + kind);
    }
    if (!isVisibleFromOutside(type)) {
      return Optional.of("is not public");
    }
    if (words.contains("open") && Modifier.isFinal(type.getModifiers())) {
      return Optional.of("is final");
    }
    if (kind.equals("class")
        && !words.contains("abstract")
        && Modifier.isAbstract(type.getModifiers())) {
      return Optional.of("is abstract");
    }
    return Optional.empty();
  }

  private static boolean isVisibleFromOutside(Class<?> type) {
    return (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private Optional<String> fieldDifference(ApiRow row, Class<?> type) {
    for (Class<?> one : hierarchy(type)) {
      for (Field field : one.getDeclaredFields()) {
        if (field.getName().equals(row.member()) && isVisible(field)) {
          return compare(row, field);
        }
      }
    }
    return Optional.of("no such field");
  }

  private Optional<String> compare(ApiRow row, Field field) {
    int modifiers = field.getModifiers();
    Optional<Class<?>> expected = load(names.translate(row.valueType()));
    boolean boxed = row.has("final") && wrap(field.getType()) == expected.orElse(null);
    if (expected.isEmpty() || (expected.get() != field.getType() && !boxed)) {
      return Optional.of("is of type " + field.getType().getTypeName());
    }
    if (row.has("static") != Modifier.isStatic(modifiers)) {
      return Optional.of("static or not");
    }
    if (row.has("public") && !Modifier.isPublic(modifiers)) {
      return Optional.of("is not public");
    }
    if (!row.has("final") && Modifier.isFinal(modifiers)) {
      return Optional.of("is final");
    }
    String constant = row.constant();
    return constant.isEmpty() || constant.equals(valueOf(field))
        ? Optional.empty()
        : Optional.of("is " + valueOf(field));
  }

  private static String valueOf(Field field) {
    try {
      field.setAccessible(true);
      Object value = field.get(null);
      return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field.toString(), e);
    }
  }

  private Optional<String> methodDifference(ApiRow row, Class<?> type, Executable found) {
    int modifiers = found.getModifiers();
    boolean overridable = isOverridable(row, type);
    boolean ofAbstract = row.isConstructor() && Modifier.isAbstract(type.getModifiers());
    if (row.has("public") && !Modifier.isPublic(modifiers) && !ofAbstract) {
      return Optional.of("is not public");
    }
    if (overridable && row.has("protected") && Modifier.isPublic(modifiers)) {
      return Optional.of("is public: an override would be weaker");
    }
    if (row.has("static") != Modifier.isStatic(modifiers)) {
      return Optional.of("static or not");
    }
    if (overridable && Modifier.isFinal(modifiers)) {
      return Optional.of("is final");
    }
    if (row.isVariadic() && !found.isVarArgs()) {
      return Optional.of("takes an array");
    }
    if (!row.has("abstract") && !type.isInterface() && Modifier.isAbstract(modifiers)) {
      return Optional.of("is abstract");
    }
    if (found instanceof Method method) {
      Optional<String> difference = returnDifference(row, method, type, overridable);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return throwsDifference(row, found, overridable);
  }

  /** What a method returns in a class, if it is the builder that a generic parent returns. */
  private static Class<?> returnType(Method method, Class<?> type) {
    if (method.getGenericReturnType() instanceof TypeVariable<?> variable
        && type.getGenericSuperclass() instanceof ParameterizedType parent
        && variable.getGenericDeclaration().equals(parent.getRawType())
        && parent.getActualTypeArguments()[0] instanceof Class<?> actual) {
      return actual;
    }
    return method.getReturnType();
  }

  private Optional<String> returnDifference(
      ApiRow row, Method method, Class<?> type, boolean overridable) {
    String name = row.valueType();
    if (!overridable && name.equals("void")) {
      return Optional.empty();
    }
    Optional<Class<?>> expected = load(names.translate(name));
    Class<?> returned = returnType(method, type);
    boolean fits =
        expected.isPresent()
            && (overridable
                ? expected.get() == returned
                : expected.get().isAssignableFrom(returned));
    return fits ? Optional.empty() : Optional.of("returns " + returned.getTypeName());
  }

  private Optional<String> throwsDifference(ApiRow row, Executable found, boolean overridable) {
    List<Class<?>> declared =
        row.exceptions().stream()
            .flatMap(one -> load(names.translate(one)).stream())
            .filter(ApiCheck::isChecked)
            .<Class<?>>map(one -> one)
            .toList();
    List<Class<?>> ours =
        Arrays.stream(found.getExceptionTypes())
            .filter(ApiCheck::isChecked)
            .<Class<?>>map(one -> one)
            .toList();
    if (!ours.stream().allMatch(one -> isCovered(one, declared))) {
      return Optional.of("throws more: " + ours);
    }
    if (overridable && !declared.stream().allMatch(one -> isCovered(one, ours))) {
      return Optional.of("throws less: " + ours);
    }
    return Optional.empty();
  }

  private static boolean isCovered(Class<?> thrown, List<Class<?>> by) {
    return by.stream().anyMatch(one -> one.isAssignableFrom(thrown));
  }

  private static boolean isChecked(Class<?> thrown) {
    return !RuntimeException.class.isAssignableFrom(thrown)
        && !Error.class.isAssignableFrom(thrown);
  }

  private static List<Method> methods(Class<?> type, String name) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> one : hierarchy(type)) {
      for (Method method : one.getDeclaredMethods()) {
        if (method.getName().equals(name) && !method.isSynthetic() && isVisible(method)) {
          methods.add(method);
        }
      }
    }
    return methods;
  }

  private static Set<Class<?>> hierarchy(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      all.add(one);
    }
    for (Class<?> one : List.copyOf(all)) {
      addInterfaces(one, all);
    }
    if (type.isInterface()) {
      all.add(Object.class);
    }
    return all;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
    for (Class<?> one : type.getInterfaces()) {
      if (all.add(one)) {
        addInterfaces(one, all);
      }
    }
  }

  /** Loads a class by its name in source: primitives, arrays, nested classes. */
  static Optional<Class<?>> load(String name) {
    if (name.endsWith("[]")) {
      return load(name.substring(0, name.length() - 2)).map(Class::arrayType);
    }
    for (Class<?> primitive :
        List.of(
            void.class,
            boolean.class,
            byte.class,
            char.class,
            short.class,
            int.class,
            long.class,
            float.class,
            double.class)) {
      if (primitive.getName().equals(name)) {
        return Optional.of(primitive);
      }
    }
    String binary = name;
    while (true) {
      try {
        return Optional.of(Class.forName(binary, false, ApiCheck.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        int dot = binary.lastIndexOf('.');
        if (dot < 0) {
          return Optional.empty();
        }
        binary = binary.substring(0, dot) + '$' + binary.substring(dot + 1);
      }
    }
  }
}
