// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceDocumentDescription.Route;
import io.cairn.document.ServiceDocumentDescription.RouteParameter;
import io.cairn.service.Service.Action;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Describes routes that authors have declared, with their parameters, bodies and answers. */
final class DeclaredRoutes {
  private final ApiWriter.Section section;

  DeclaredRoutes(ApiWriter.Section section) {
    this.section = section;
  }

  /**
   * Writes one route.
   *
   * @param base the path that the template of the route is below
   * @param asked a path that stands for it where it is asked who may
   * @param name what comes before the words of the template in the name of the operation
   * @param withId whether the base has the variable of a document
   * @param changes whether it may change a document, so that versions may be in each other's way
   */
  void put(Route route, String base, String asked, String name, boolean withId, boolean changes) {
    Action verb = Action.valueOf(Objects.requireNonNull(route.action));
    String template = route.path == null ? "" : route.path;
    if (!section.shows(verb, asked)) {
      return;
    }
    String path = base + (template.equals("/") ? "" : template.replace("...}", "}"));
    ApiOperation operation =
        section
            .operation(
                (verb == Action.POST ? "post" : OperationNames.verb(verb))
                    + name
                    + OperationNames.path(template),
                "%s %s".formatted(verb, path))
            .describedAs(route.description);
    if (withId) {
      operation.takes(SharedParameter.ID);
    }
    if (changes && verb != Action.GET) {
      operation.takes(SharedParameter.IF_MATCH);
    }
    List<RouteParameter> parameters = route.parameters == null ? List.of() : route.parameters;
    parameters.forEach(parameter -> take(operation, parameter));
    if (route.requestClass != null && !has(parameters, "BODY")) {
      operation.takesBody(
          ApiOperation.JSON, true, section.schemas().ofType(route.requestClass), null);
    }
    answer(operation, route, parameters);
    boolean open = section.service().isOpen(verb == Action.GET);
    section.put(
        path,
        verb,
        changes && verb != Action.GET
            ? operation.refusedWith(open, 404, 406, 409, 412, 415, 507)
            : operation.refusedWith(open, 404, 406, 415));
  }

  private static boolean has(List<RouteParameter> parameters, String place) {
    return parameters.stream().anyMatch(parameter -> place.equals(parameter.paramDef));
  }

  private void take(ApiOperation operation, RouteParameter parameter) {
    String name = Objects.requireNonNull(parameter.name);
    String place = String.valueOf(parameter.paramDef).toLowerCase(Locale.ROOT);
    switch (place) {
      case "path", "query", "header" ->
          operation.takes(
              place,
              name,
              parameter.required || place.equals("path"),
              parameter.description,
              schemaOf(parameter));
      case "body" -> {
        Class<?> type = parameter.javaType;
        ObjectNode schema = bodyOf(type);
        operation.takesBody(
            name,
            true,
            schema,
            type == null || !name.contains("json")
                ? null
                : section.examples().of(type, schema, Set.of()));
      }
      default -> {} // answers come after all parameters
    }
  }

  private ObjectNode bodyOf(@Nullable Class<?> type) {
    if (type == null
        || type == byte[].class
        || InputStream.class.isAssignableFrom(type)
        || type.getSimpleName().equals("Multipart")) {
      return ApiOperation.object();
    }
    return section.schemas().ofType(type);
  }

  private static ObjectNode schemaOf(RouteParameter parameter) {
    String type = parameter.type == null ? "string" : parameter.type;
    ObjectNode schema = ApiOperation.object();
    if (type.endsWith("[]")) {
      schema.put("type", "array").set("items", scalar(type.substring(0, type.length() - 2)));
      addConstants((ObjectNode) schema.get("items"), parameter);
      return schema;
    }
    schema = scalar(type);
    addConstants(schema, parameter);
    if (parameter.value != null) {
      switch (schema.path("type").asString("")) {
        case "integer", "number" -> schema.put("default", new BigDecimal(parameter.value));
        case "boolean" -> schema.put("default", Boolean.parseBoolean(parameter.value));
        default -> schema.put("default", parameter.value);
      }
    }
    return schema;
  }

  private static void addConstants(ObjectNode schema, RouteParameter parameter) {
    Class<?> type = parameter.javaType;
    if (type != null && type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        schema.withArray("enum").add(((Enum<?>) constant).name());
      }
    }
  }

  private static ObjectNode scalar(String type) {
    ObjectNode schema = ApiOperation.object();
    return switch (type) {
      case "integer" -> schema.put("type", "integer");
      case "long" -> schema.put("type", "integer").put("format", "int64");
      case "double" -> schema.put("type", "number").put("format", "double");
      case "decimal", "number" -> schema.put("type", "number");
      case "boolean" -> schema.put("type", "boolean");
      case "uuid", "date", "duration" -> schema.put("type", "string").put("format", type);
      case "uri" -> schema.put("type", "string").put("format", "uri-reference");
      default -> schema.put("type", "string");
    };
  }

  /** The forms that an answer has, and the statuses that it may have. */
  private void answer(ApiOperation operation, Route route, List<RouteParameter> parameters) {
    List<RouteParameter> answers =
        parameters.stream().filter(each -> "RESPONSE".equals(each.paramDef)).toList();
    List<String> forms =
        answers.stream()
            .map(each -> Objects.requireNonNull(each.name))
            .filter(name -> name.contains("/"))
            .toList();
    boolean said = false;
    for (RouteParameter each : answers) {
      String name = Objects.requireNonNull(each.name);
      if (!name.contains("/")) {
        said = true;
        ObjectNode schema = each.javaType == null ? null : section.schemas().ofType(each.javaType);
        write(operation, Integer.parseInt(name), each.description, forms, schema);
      }
    }
    if (!said) {
      ObjectNode schema =
          route.responseClass == null ? null : section.schemas().ofType(route.responseClass);
      write(operation, 200, null, forms, schema);
    }
  }

  private static void write(
      ApiOperation operation,
      int status,
      @Nullable String text,
      List<String> forms,
      @Nullable ObjectNode schema) {
    String said = text == null || text.isEmpty() ? "The answer" : text;
    if (forms.isEmpty()) {
      operation.answers(status, said, schema == null ? "*/*" : ApiOperation.JSON, schema, null);
    }
    for (String form : forms) {
      boolean json = form.contains("json");
      operation.answers(
          status, said, form, json ? schema : ApiOperation.object().put("type", "string"), null);
    }
  }
}
