// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says in Swagger 2.0 what a document in OpenAPI 3.1 says. Choices between schemas become any
 * object, null is not a type, and what has no word is left out. Confined to one call.
 */
final class SwaggerDocument {
  private static final String SCHEMAS = "#/components/schemas/";
  private static final Set<String> NOT_IN_SWAGGER =
      Set.of("const", "examples", "contentEncoding", "nullable");

  private final ObjectNode openApi;

  SwaggerDocument(ObjectNode openApi) {
    this.openApi = openApi;
  }

  ObjectNode written() {
    ObjectNode root = ApiOperation.object().put("swagger", "2.0");
    root.set("info", openApi.get("info"));
    root.put("basePath", "/");
    root.putArray("consumes").add(ApiOperation.JSON);
    root.putArray("produces").add(ApiOperation.JSON);
    root.set("tags", openApi.get("tags"));
    writeSecurity(root);
    ObjectNode paths = root.putObject("paths");
    openApi
        .path("paths")
        .properties()
        .forEach(
            path -> {
              ObjectNode item = paths.putObject(path.getKey());
              path.getValue()
                  .properties()
                  .forEach(verb -> item.set(verb.getKey(), operation(verb.getValue())));
            });
    ObjectNode definitions = root.putObject("definitions");
    openApi
        .path("components")
        .path("schemas")
        .properties()
        .forEach(schema -> definitions.set(schema.getKey(), schema(schema.getValue())));
    return root;
  }

  private void writeSecurity(ObjectNode root) {
    JsonNode schemes = openApi.path("components").path("securitySchemes");
    if (schemes.isEmpty()) {
      return;
    }
    ObjectNode definitions = root.putObject("securityDefinitions");
    definitions
        .putObject(SharedParts.BEARER)
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Authorization")
        .put("description", "Bearer, and a session's token or an API key");
    definitions.putObject(SharedParts.BASIC).put("type", "basic");
    root.withArray("security").addObject().putArray(SharedParts.BEARER);
  }

  private ObjectNode operation(JsonNode given) {
    ObjectNode operation = ApiOperation.object();
    for (String same : new String[] {"operationId", "summary", "description", "tags"}) {
      if (given.has(same)) {
        operation.set(same, given.get(same));
      }
    }
    ArrayNode parameters = operation.putArray("parameters");
    given.path("parameters").forEach(parameter -> parameters.add(parameter(parameter)));
    writeBody(operation, parameters, given.path("requestBody"));
    ObjectNode responses = operation.putObject("responses");
    given
        .path("responses")
        .properties()
        .forEach(answer -> responses.set(answer.getKey(), answer(answer.getValue())));
    if (given.get("security") instanceof ArrayNode security) {
      operation.set("security", security);
    }
    return operation;
  }

  private ObjectNode parameter(JsonNode given) {
    JsonNode parameter = resolved(given);
    ObjectNode written = ApiOperation.object();
    for (String same : new String[] {"name", "in", "required", "description"}) {
      if (parameter.has(same)) {
        written.set(same, parameter.get(same));
      }
    }
    written.setAll(schema(parameter.path("schema")));
    if (!written.has("type")) {
      written.put("type", "string");
    }
    if (written.path("type").asString("").equals("array")) {
      written.put("collectionFormat", "multi");
    }
    return written;
  }

  private void writeBody(ObjectNode operation, ArrayNode parameters, JsonNode body) {
    JsonNode content = body.path("content");
    if (content.isEmpty()) {
      return;
    }
    ArrayNode consumes = operation.putArray("consumes");
    content.properties().forEach(form -> consumes.add(form.getKey()));
    ObjectNode parameter =
        parameters
            .addObject()
            .put("name", "body")
            .put("in", "body")
            .put("required", body.path("required").asBoolean(false));
    JsonNode first = content.iterator().next();
    parameter.set("schema", schema(first.path("schema")));
  }

  private ObjectNode answer(JsonNode given) {
    JsonNode answer = resolved(given);
    ObjectNode written =
        ApiOperation.object().put("description", answer.path("description").asString(""));
    Iterator<JsonNode> forms = answer.path("content").iterator();
    JsonNode schema = forms.hasNext() ? forms.next().path("schema") : null;
    if (schema != null && !schema.isEmpty()) {
      written.set("schema", schema(schema));
    }
    return written;
  }

  private JsonNode resolved(JsonNode given) {
    String ref = given.path("$ref").asString("");
    return ref.isEmpty() ? given : openApi.at(ref.substring(1));
  }

  /** The same schema in the words of JSON Schema's fourth draft, as far as Swagger has them. */
  private ObjectNode schema(JsonNode given) {
    ObjectNode schema = ApiOperation.object();
    String ref = given.path("$ref").asString("");
    if (ref.startsWith(SCHEMAS)) {
      return schema.put("$ref", "#/definitions/" + ref.substring(SCHEMAS.length()));
    }
    given.properties().forEach(keyword -> add(schema, keyword));
    if (given.has("const")) {
      schema.putArray("enum").add(given.get("const"));
    }
    if (given.has("examples")) {
      schema.set("example", given.path("examples").path(0));
    }
    return schema;
  }

  private void add(ObjectNode schema, Map.Entry<String, JsonNode> keyword) {
    String name = keyword.getKey();
    JsonNode value = keyword.getValue();
    switch (name) {
      case "type" -> schema.set("type", value.isArray() ? value.get(0) : value);
      case "enum" -> schema.set("enum", withoutNull(value));
      case "properties" -> {
        ObjectNode properties = schema.putObject(name);
        value.properties().forEach(each -> properties.set(each.getKey(), schema(each.getValue())));
      }
      case "items", "additionalProperties" ->
          schema.set(name, value.isObject() ? schema(value) : value);
      case "allOf" -> {
        ArrayNode parts = schema.putArray(name);
        value.forEach(part -> parts.add(schema(part)));
      }
      case "oneOf", "anyOf" -> choice(schema, value);
      case "exclusiveMinimum" -> schema.put(name, true).set("minimum", value);
      case "exclusiveMaximum" -> schema.put(name, true).set("maximum", value);
      case "discriminator" -> {} // in Swagger it is for inheritance, which these are not
      default -> {
        if (!NOT_IN_SWAGGER.contains(name)) {
          schema.set(name, value);
        }
      }
    }
  }

  /** One that may be null is that one; of several, only that it is an object can be said. */
  private void choice(ObjectNode schema, JsonNode choices) {
    @Nullable JsonNode only = null;
    int others = 0;
    for (JsonNode each : choices) {
      if (!each.path("type").asString("").equals("null")) {
        only = each;
        others++;
      }
    }
    if (only != null && others == 1) {
      schema.setAll(schema(only));
    } else {
      schema.put("type", "object");
    }
  }

  private static ArrayNode withoutNull(JsonNode values) {
    ArrayNode rest = JsonNodeFactory.instance.arrayNode();
    values.forEach(
        value -> {
          if (!value.isNull()) {
            rest.add(value);
          }
        });
    return rest;
  }
}
