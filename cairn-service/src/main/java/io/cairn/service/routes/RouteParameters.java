// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocumentDescription.RouteParameter;
import io.cairn.service.uri.QueryParameters;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of the parameters of a request. Its components that the template names are the
 * variables of the path, the others are parameters of the query. Everything about the record is
 * looked up once; a request costs one call of its constructor. Immutable.
 *
 * @param <P> the record
 */
final class RouteParameters<P> {

  /** How often a parameter may or must be there. */
  private enum Arity {
    REQUIRED,
    NULLABLE,
    OPTIONAL,
    LIST
  }

  /**
   * One component.
   *
   * @param segment where its value stands in the path; -1 for a parameter of the query
   */
  private record Parameter(
      String name,
      ParameterType type,
      Arity arity,
      @Nullable String defaultText,
      int segment,
      boolean takesRest,
      Class<?> javaType) {

    @Nullable Object fromPath(List<String> path) {
      String text =
          takesRest ? String.join("/", path.subList(segment, path.size())) : path.get(segment);
      return type.read(name, text);
    }

    @Nullable Object fromQuery(List<String> values) {
      if (arity == Arity.LIST) {
        return values.stream().map(text -> type.read(name, text)).toList();
      }
      if (values.size() > 1) {
        throw new IllegalArgumentException(name + " may be there once only");
      }
      String text = values.isEmpty() ? defaultText : values.getFirst();
      if (text == null && arity == Arity.REQUIRED) {
        throw new IllegalArgumentException(
            "The query parameter %s is required: %s".formatted(name, type.expected()));
      }
      Object value = text == null ? null : type.read(name, text);
      return arity == Arity.OPTIONAL ? Optional.ofNullable(value) : value;
    }

    RouteParameter description() {
      RouteParameter described = new RouteParameter();
      described.name = name;
      described.type = arity == Arity.LIST ? type.name() + "[]" : type.name();
      described.required = segment >= 0 || (arity == Arity.REQUIRED && defaultText == null);
      described.value = defaultText;
      described.description = type.expected();
      described.paramDef = segment >= 0 ? "PATH" : "QUERY";
      described.javaType = javaType;
      return described;
    }
  }

  private final MethodHandle constructor;
  private final List<Parameter> parameters;
  private final Set<String> queryNames = new HashSet<>();

  /**
   * Looks at a record.
   *
   * @throws IllegalArgumentException if it does not fit the template, or a component has a type
   *     that no parameter can have
   */
  RouteParameters(Class<P> type, PathPattern pattern) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(
          "The parameters of %s are declared by a record, and %s is none"
              .formatted(pattern.text(), type.getSimpleName()));
    }
    List<String> missing = new ArrayList<>(pattern.variables());
    parameters =
        Arrays.stream(type.getRecordComponents()).map(each -> parameter(each, pattern)).toList();
    for (Parameter parameter : parameters) {
      missing.remove(parameter.name());
      if (parameter.segment() < 0) {
        queryNames.add(parameter.name());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has the variable %s, and %s has no component of that name"
              .formatted(pattern.text(), missing.getFirst(), type.getSimpleName()));
    }
    constructor = constructorOf(type);
  }

  private static Parameter parameter(RecordComponent component, PathPattern pattern) {
    String name = component.getName();
    Arity arity = arityOf(component);
    boolean wrapped = arity == Arity.LIST || arity == Arity.OPTIONAL;
    Class<?> read = wrapped ? argumentOf(component) : component.getType();
    ParameterType type = read == null ? null : ParameterType.of(read);
    if (read == null || type == null) {
      throw wrong(
          component,
          "no parameter can have the type %s. Text, numbers, booleans, enums, UUID, URI, the types of java.time,"
              + " and Optional and List of these can",
          component.getGenericType().getTypeName());
    }
    DefaultValue annotated = component.getAnnotation(DefaultValue.class);
    String defaultText = annotated == null ? null : annotated.value();
    if (defaultText != null) {
      if (wrapped) {
        throw wrong(component, "a list or an Optional has no default value%s", "");
      }
      type.read("The default value of " + name, defaultText);
    }
    for (int i = 0; i < pattern.segments().size(); i++) {
      if (pattern.segments().get(i) instanceof PathPattern.Variable(var variable, var rest)
          && variable.equals(name)) {
        if (wrapped || defaultText != null || arity == Arity.NULLABLE) {
          throw wrong(component, "a variable of the path is always there, once%s", "");
        }
        return new Parameter(name, type, Arity.REQUIRED, null, i, rest, read);
      }
    }
    return new Parameter(name, type, arity, defaultText, -1, false, read);
  }

  private static IllegalArgumentException wrong(
      RecordComponent component, String why, String detail) {
    return new IllegalArgumentException(
        "%s of %s: %s"
            .formatted(
                component.getName(),
                component.getDeclaringRecord().getSimpleName(),
                why.formatted(detail)));
  }

  private static Arity arityOf(RecordComponent component) {
    if (component.getType() == Optional.class) {
      return Arity.OPTIONAL;
    }
    if (component.getType() == List.class) {
      return Arity.LIST;
    }
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    return nullable ? Arity.NULLABLE : Arity.REQUIRED;
  }

  private static @Nullable Class<?> argumentOf(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType generic) {
      Type argument = generic.getActualTypeArguments()[0];
      return argument instanceof Class<?> type ? type : null;
    }
    return null;
  }

  private static MethodHandle constructorOf(Class<?> type) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true); // records of an application need not be public
      return MethodHandles.lookup()
          .unreflectConstructor(canonical)
          .asSpreader(Object[].class, types.length);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every record has a canonical constructor", e);
    }
  }

  /**
   * Makes the record of a request.
   *
   * @param path the decoded segments behind the base path
   * @param rawQuery as it was sent
   * @throws IllegalArgumentException that names the parameter that is missing, unknown, or no value
   *     of its type; or what the record's constructor throws
   */
  @SuppressWarnings("unchecked") // the constructor is that of P
  P bind(List<String> path, @Nullable String rawQuery) throws Exception {
    Map<String, List<String>> query = QueryParameters.parseAll(rawQuery);
    for (String name : query.keySet()) {
      if (!queryNames.contains(name)) {
        throw new IllegalArgumentException(unknown(name));
      }
    }
    Object[] values = new Object[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(i);
      values[i] =
          parameter.segment() >= 0
              ? parameter.fromPath(path)
              : parameter.fromQuery(query.getOrDefault(parameter.name(), List.of()));
    }
    try {
      return (P) constructor.invoke(values);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private String unknown(String name) {
    String nearest =
        NearestName.of(queryNames.stream(), name).map(known -> "; is it " + known + "?").orElse("");
    return queryNames.isEmpty()
        ? "There is no query parameter %s here: this path takes none".formatted(name)
        : "There is no query parameter %s here%s The parameters are %s"
            .formatted(
                name,
                nearest.isEmpty() ? "." : nearest,
                String.join(", ", queryNames.stream().sorted().toList()));
  }

  List<RouteParameter> description() {
    return parameters.stream().map(Parameter::description).toList();
  }
}
