// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.OperationProcessingChain.Filter;
import io.cairn.service.OperationProcessingChain.FilterReturnCode;
import io.cairn.service.OperationProcessingChain.OperationProcessingContext;
import io.cairn.service.Service.Action;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives each shape of request its own handler: the first route of the verb whose matcher accepts
 * the operation handles it; if none does, the service's handler gets it. Register all routes before
 * the first request; afterwards any number of threads may route.
 */
public class RequestRouter implements Filter {

  /** One shape of request and its handler. */
  public static class Route {

    /** Who may rely on a route. */
    public enum SupportLevel {
      NOT_SUPPORTED,
      INTERNAL,
      DEPRECATED,
      PUBLIC
    }

    /** Where a parameter stands. */
    public enum ParamDef {
      QUERY,
      BODY,
      PATH,
      HEADER,
      FORM,
      RESPONSE
    }

    /** One parameter. */
    public record Parameter(
        String name,
        String description,
        String type,
        boolean required,
        String value,
        ParamDef paramDef) {

      ServiceDocumentDescription.RouteParameter toDescription() {
        ServiceDocumentDescription.RouteParameter parameter =
            new ServiceDocumentDescription.RouteParameter();
        parameter.name = name;
        parameter.description = description;
        parameter.type = type;
        parameter.required = required;
        parameter.value = value;
        parameter.paramDef = paramDef.name();
        return parameter;
      }
    }

    /** Describes a handler method; one method may answer several paths. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @Repeatable(RouteDocumentations.class)
    public @interface RouteDocumentation {
      SupportLevel supportLevel() default SupportLevel.PUBLIC;

      /** Text, or {@code @KEY} to be looked up in the resource files. */
      String description() default "";

      /** What follows the service's own path. */
      String path() default "";

      ApiResponse[] responses() default {};

      QueryParam[] queryParams() default {};

      PathParam[] pathParams() default {};

      String[] consumes() default {};

      String[] produces() default {};

      Class<?> requestBodyType() default Void.class;

      /** One possible answer. */
      @interface ApiResponse {
        int statusCode();

        String description();

        Class<?> response() default Void.class;
      }

      /** One query parameter. */
      @interface QueryParam {
        String name();

        String description() default "";

        String example() default "";

        String type() default "string";

        boolean required() default false;
      }

      /** One variable of the path. */
      @interface PathParam {
        String name();

        String description() default "";

        String example() default "";

        String type() default "string";

        boolean required() default true;
      }
    }

    /** Holds repeated {@link RouteDocumentation}s. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface RouteDocumentations {
      RouteDocumentation[] value();
    }

    public Action action = Action.GET;
    public @Nullable String path;
    public Predicate<Operation> matcher = new RequestDefaultMatcher();
    public Consumer<Operation> handler = Operation::failActionNotSupported;
    public @Nullable String description;
    public @Nullable Class<?> requestType;
    public @Nullable Class<?> responseType;
    public @Nullable List<Parameter> parameters;
    public SupportLevel supportLevel = SupportLevel.PUBLIC;

    /** A route to be filled in. */
    public Route() {}

    /** A route with the four parts it needs to work. */
    public Route(
        Action action,
        Predicate<Operation> matcher,
        Consumer<Operation> handler,
        @Nullable String description) {
      this.action = action;
      this.matcher = matcher;
      this.handler = handler;
      this.description = description;
    }

    /** The route as it appears in a template. */
    public ServiceDocumentDescription.Route toDescription() {
      ServiceDocumentDescription.Route route = new ServiceDocumentDescription.Route();
      route.action = action.name();
      route.path = path;
      route.condition = matcher.toString();
      route.description = description;
      route.requestType = nameOf(requestType);
      route.responseType = nameOf(responseType);
      route.requestClass = requestType;
      route.responseClass = responseType;
      if (parameters != null) {
        route.parameters = parameters.stream().map(Parameter::toDescription).toList();
      }
      return route;
    }

    private static @Nullable String nameOf(@Nullable Class<?> type) {
      return type == null ? null : Utils.buildKind(type);
    }
  }

  /** Accepts everything. */
  public static class RequestDefaultMatcher implements Predicate<Operation> {
    @Override
    public boolean test(Operation op) {
      return true;
    }

    @Override
    public String toString() {
      return "#";
    }
  }

  /** Accepts requests whose decoded query matches a regular expression as a whole. */
  public static class RequestUriMatcher implements Predicate<Operation> {
    private final Pattern pattern;

    public RequestUriMatcher(String regex) {
      this.pattern = Pattern.compile(regex);
    }

    @Override
    public boolean test(Operation op) {
      String query = op.getUri().getQuery();
      return query != null && pattern.matcher(query).matches();
    }

    @Override
    public String toString() {
      return "?" + pattern.pattern();
    }
  }

  /** Accepts requests whose body, read as a type, has a field of a certain value. */
  public static class RequestBodyMatcher<T> implements Predicate<Operation> {
    private final Class<T> bodyType;
    private final Field field;
    private final @Nullable Object expected;

    /**
     * A matcher of one public field.
     *
     * @throws IllegalArgumentException if the type has no such field
     */
    public RequestBodyMatcher(Class<T> bodyType, String fieldName, @Nullable Object fieldValue) {
      this.bodyType = bodyType;
      this.expected = fieldValue;
      try {
        this.field = bodyType.getField(fieldName);
      } catch (NoSuchFieldException e) {
        throw new IllegalArgumentException(bodyType.getName() + " has no field " + fieldName, e);
      }
    }

    @Override
    public boolean test(Operation op) {
      if (!op.hasBody()) {
        return false;
      }
      try {
        return Objects.equals(expected, field.get(op.getBody(bodyType)));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(field + " cannot be read", e);
      }
    }

    @Override
    public String toString() {
      return bodyType.getName() + "#" + field.getName() + "=" + expected;
    }
  }

  private final Map<Action, List<Route>> routes = new EnumMap<>(Action.class);

  /** Adds a route behind those registered before. */
  public void register(
      Action action,
      Predicate<Operation> matcher,
      Consumer<Operation> handler,
      @Nullable String description) {
    register(new Route(action, matcher, handler, description));
  }

  /** Adds a route behind those registered before. */
  public void register(Route route) {
    routes.computeIfAbsent(route.action, a -> new ArrayList<>()).add(route);
  }

  /** The routes by verb, in the order in which they are tried. */
  public Map<Action, List<Route>> getRoutes() {
    return routes;
  }

  @Override
  public FilterReturnCode processRequest(Operation op, OperationProcessingContext context) {
    return route(op);
  }

  /** Hands {@code op} to the first route that accepts it; an exception fails it. */
  FilterReturnCode route(Operation op) {
    try {
      for (Route route : routes.getOrDefault(op.getAction(), List.of())) {
        if (route.matcher.test(op)) {
          route.handler.accept(op);
          return FilterReturnCode.SUCCESS_STOP_PROCESSING;
        }
      }
    } catch (RuntimeException e) {
      op.fail(e);
      return FilterReturnCode.FAILED_STOP_PROCESSING;
    }
    return FilterReturnCode.CONTINUE_PROCESSING;
  }
}
