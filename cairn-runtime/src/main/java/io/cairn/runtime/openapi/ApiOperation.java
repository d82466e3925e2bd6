// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One verb at one path of a document, as it is written. Confined to one call. */
final class ApiOperation {
  static final String JSON = "application/json";

  private final ObjectNode node = object();
  private final SharedParts shared;

  ApiOperation(SharedParts shared, String id, String tag, String summary) {
    this.shared = shared;
    node.put("operationId", id);
    node.put("summary", summary);
    node.putArray("tags").add(tag);
  }

  /** An empty object. */
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  ApiOperation describedAs(@Nullable String text) {
    if (text != null && !text.isEmpty()) {
      node.put("description", text);
    }
    return this;
  }

  /** Takes parameters that many operations share. */
  ApiOperation takes(SharedParameter... parameters) {
    return takes(List.of(parameters));
  }

  ApiOperation takes(List<SharedParameter> parameters) {
    parameters.forEach(parameter -> node.withArray("parameters").add(shared.refTo(parameter)));
    return this;
  }

  /** Takes a parameter of its own. */
  ApiOperation takes(
      String place, String name, boolean required, @Nullable String text, ObjectNode schema) {
    ObjectNode parameter = object().put("name", name).put("in", place).put("required", required);
    if (text != null) {
      parameter.put("description", text);
    }
    parameter.set("schema", schema);
    node.withArray("parameters").add(parameter);
    return this;
  }

  /** Takes a body in one more form. */
  ApiOperation takesBody(
      String mediaType, boolean required, @Nullable ObjectNode schema, @Nullable JsonNode example) {
    ObjectNode body = withObject(node, "requestBody");
    if (required) {
      body.put("required", true);
    }
    content(body, mediaType, schema, example);
    return this;
  }

  /** Answers so, in one more form if it has that status already. */
  ApiOperation answers(
      int status,
      String text,
      @Nullable String mediaType,
      @Nullable ObjectNode schema,
      @Nullable JsonNode example) {
    ObjectNode answer = withObject(withObject(node, "responses"), Integer.toString(status));
    if (!answer.has("description")) {
      answer.put("description", text);
    }
    if (mediaType != null) {
      content(answer, mediaType, schema, example);
    }
    return this;
  }

  /** Has answers of a status carry a header that is described once for all. */
  ApiOperation answersWithHeader(int status, String name) {
    ObjectNode answer = withObject(withObject(node, "responses"), Integer.toString(status));
    withObject(answer, "headers").set(name, shared.refToHeader(name));
    return this;
  }

  /** May be refused with these statuses, beside those that any request may be. */
  ApiOperation refusedWith(boolean open, int... statuses) {
    ObjectNode responses = withObject(node, "responses");
    shared
        .refusals(open, statuses)
        .forEach(
            status -> {
              String key = Integer.toString(status);
              if (!responses.has(key)) {
                responses.set(key, shared.refToRefusal(status));
              }
            });
    if (shared.isGuarded() && open && !node.has("security")) {
      node.putArray("security");
    }
    return this;
  }

  /** Is where somebody says who asks by a password. */
  ApiOperation provenByPassword() {
    if (shared.isGuarded()) {
      node.withArray("security").addObject().putArray(SharedParts.BASIC);
    }
    return this;
  }

  ObjectNode node() {
    return node;
  }

  private static void content(
      ObjectNode holder,
      String mediaType,
      @Nullable ObjectNode schema,
      @Nullable JsonNode example) {
    ObjectNode form = withObject(withObject(holder, "content"), mediaType);
    form.set("schema", schema == null ? object() : schema);
    if (example != null) {
      form.set("example", example);
    }
  }

  private static ObjectNode withObject(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode present ? present : parent.putObject(name);
  }
}
