// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds documents and answers against schemas. */
final class ApiSchemas {
  static final JsonMapper JSON = new JsonMapper();

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema OPEN_API = read(REGISTRY, "openapi-3.1.json");
  private static final Schema SWAGGER =
      read(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4), "swagger-2.0.json");
  private static final Schema SCHEMA =
      REGISTRY.getSchema(
          com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  private ApiSchemas() {}

  private static Schema read(SchemaRegistry registry, String name) {
    try (InputStream in = ApiSchemas.class.getResourceAsStream("/openapi/" + name)) {
      return registry.getSchema(JSON.readTree(in));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void requireSwagger(JsonNode document) {
    assertThat(SWAGGER.validate(document)).isEmpty();
    requireReferences(document, document);
  }

  static void requireOpenApi(JsonNode document) {
    assertThat(OPEN_API.validate(document)).isEmpty();
    requireReferences(document, document);
    requireSchemas(document);
    Set<String> names = new HashSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        verb -> {
                          JsonNode operation = verb.getValue();
                          String name = operation.get("operationId").asString();
                          assertThat(name).matches("[a-z][A-Za-z0-9]*");
                          assertThat(names.add(name)).as(name).isTrue();
                          requireVariables(document, path.getKey(), operation);
                        }));
  }

  /** All variables of a path are declared, and no others. */
  private static void requireVariables(JsonNode document, String path, JsonNode operation) {
    Set<String> wanted = new TreeSet<>();
    Matcher variables = VARIABLE.matcher(path);
    while (variables.find()) {
      wanted.add(variables.group(1));
    }
    Set<String> declared = new TreeSet<>();
    operation
        .path("parameters")
        .forEach(
            each -> {
              JsonNode parameter = resolve(document, each);
              if (parameter.get("in").asString().equals("path")) {
                declared.add(parameter.get("name").asString());
              }
            });
    assertThat(declared).as(path).isEqualTo(wanted);
  }

  static JsonNode resolve(JsonNode document, JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
  }

  private static void requireReferences(JsonNode document, JsonNode node) {
    String ref = node.path("$ref").asString("");
    if (!ref.isEmpty()) {
      assertThat(document.at(ref.substring(1)).isMissingNode()).as(ref).isFalse();
    }
    node.forEach(part -> requireReferences(document, part));
  }

  private static void requireSchemas(JsonNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getKey().equals("schema")) {
        assertThat(SCHEMA.validate(field.getValue())).as(field.toString()).isEmpty();
      }
      if (field.getKey().equals("schemas")) {
        field
            .getValue()
            .forEach(schema -> assertThat(SCHEMA.validate(schema)).as("" + schema).isEmpty());
      } else if (field.getValue().isObject()) {
        requireSchemas(field.getValue());
      }
    }
  }

  /** What does not fit in a value, by a schema of a document. */
  static java.util.List<com.networknt.schema.Error> mistakes(
      JsonNode document, JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.set("components", document.path("components"));
    whole.putArray("allOf").add(schema);
    return REGISTRY.getSchema(whole).validate(value);
  }
}
