// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the operations of a document share and refer to: parameters, refusals, headers, and how to
 * say who asks. Only what is referred to is there. Confined to one call.
 */
final class SharedParts {
  /** How often and under which names somebody says who asks. */
  static final String BEARER = "bearer";

  static final String BASIC = "basic";
  private static final String COOKIE = "cookie";
  private static final String TOKEN = "token";
  private static final String PROBLEM = "application/problem+json";

  private record Refused(String name, String text) {}

  private static final Map<Integer, Refused> REFUSALS =
      Map.ofEntries(
          Map.entry(
              400, new Refused("BadRequest", "The request makes no sense; the answer says where")),
          Map.entry(401, new Refused("Unauthorized", "It is not known who asks")),
          Map.entry(403, new Refused("Forbidden", "Who asks may not")),
          Map.entry(404, new Refused("NotFound", "There is nothing at the link")),
          Map.entry(405, new Refused("MethodNotAllowed", "What is there does not take this verb")),
          Map.entry(
              406, new Refused("NotAcceptable", "The answer has no form that the client accepts")),
          Map.entry(408, new Refused("Timeout", "It took too long; whether it was done is said")),
          Map.entry(409, new Refused("Conflict", "It does not fit what is there by now")),
          Map.entry(410, new Refused("Gone", "What is asked for is not kept any more")),
          Map.entry(
              412, new Refused("PreconditionFailed", "The condition of the request does not hold")),
          Map.entry(
              415, new Refused("UnsupportedMediaType", "The body is of a type that is not taken")),
          Map.entry(
              429,
              new Refused("TooManyRequests", "A limit of who asks, or of the tenant, is reached")),
          Map.entry(500, new Refused("InternalError", "The service failed")),
          Map.entry(
              503,
              new Refused("Unavailable", "Not now; the answer says whether it may have been done")),
          Map.entry(507, new Refused("InsufficientStorage", "The disk is full")));

  private final ObjectNode components;
  private final Schemas schemas;
  private final boolean guarded;

  SharedParts(ObjectNode components, Schemas schemas, boolean guarded) {
    this.components = components;
    this.schemas = schemas;
    this.guarded = guarded;
  }

  boolean isGuarded() {
    return guarded;
  }

  ObjectNode refTo(SharedParameter parameter) {
    ObjectNode known = part("parameters");
    if (!known.has(parameter.componentName())) {
      known.set(parameter.componentName(), parameter.describe());
    }
    return ref("parameters", parameter.componentName());
  }

  /** A header of answers: {@code ETag}, {@code Location} or {@code Retry-After}. */
  ObjectNode refToHeader(String name) {
    ObjectNode known = part("headers");
    String component = name.replace("-", "");
    if (!known.has(component)) {
      ObjectNode header = known.putObject(component);
      header.put(
          "description",
          switch (name) {
            case "ETag" -> "Names this version of the document; for If-Match and If-None-Match";
            case "Location" -> "The link of what was made";
            default -> "After how many seconds to ask again";
          });
      header.putObject("schema").put("type", "string");
    }
    return ref("headers", component);
  }

  /** The statuses that a request may be refused with. */
  Set<Integer> refusals(boolean open, int... own) {
    Set<Integer> all = new TreeSet<>(Set.of(400, 408, 429, 500, 503));
    for (int status : own) {
      all.add(status);
    }
    if (guarded && !open) {
      all.addAll(Set.of(401, 403));
    }
    return all;
  }

  ObjectNode refToRefusal(int status) {
    Refused refused = REFUSALS.get(status);
    if (refused == null) {
      throw new IllegalArgumentException("no refusal is described for " + status);
    }
    ObjectNode known = part("responses");
    if (!known.has(refused.name())) {
      ObjectNode answer = known.putObject(refused.name()).put("description", refused.text());
      if (status == 429 || status == 503 || status == 507) {
        answer.putObject("headers").set("Retry-After", refToHeader("Retry-After"));
      }
      ObjectNode content = answer.putObject("content");
      content
          .putObject(ApiOperation.JSON)
          .set("schema", schemas.ofType(ServiceErrorResponse.class));
      content.putObject(PROBLEM).set("schema", problem());
    }
    return ref("responses", refused.name());
  }

  private ObjectNode problem() {
    return schemas.define(
        "Problem",
        schema -> {
          schema.put("description", "The error in the form of RFC 9457");
          schema.putArray("allOf").add(schemas.ofType(ServiceErrorResponse.class));
          ObjectNode fields = schema.put("type", "object").putObject("properties");
          fields.putObject("type").put("type", "string").put("format", "uri-reference");
          fields.putObject("title").put("type", "string");
          fields.putObject("status").put("type", "integer").put("format", "int32");
          fields.putObject("detail").put("type", "string");
          fields.putObject("instance").put("type", "string").put("format", "uri-reference");
        });
  }

  /** Says how requests prove who asks, where that matters. */
  void writeSecurity(ObjectNode root) {
    if (!guarded) {
      return;
    }
    ObjectNode schemes = part("securitySchemes");
    schemes
        .putObject(BEARER)
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "A session's token (POST /core/authn/basic), or an API key");
    schemes
        .putObject(COOKIE)
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", Operation.REQUEST_AUTH_TOKEN_COOKIE)
        .put("description", "What a browser has after it has logged in");
    schemes
        .putObject(TOKEN)
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", Operation.REQUEST_AUTH_TOKEN_HEADER)
        .put("description", "The token as clients of Xenon send it");
    schemes
        .putObject(BASIC)
        .put("type", "http")
        .put("scheme", "basic")
        .put("description", "Address and password, to log in");
    for (String scheme : new String[] {BEARER, COOKIE, TOKEN}) {
      root.withArray("security").addObject().putArray(scheme);
    }
  }

  private ObjectNode part(String name) {
    return components.get(name) instanceof ObjectNode present
        ? present
        : components.putObject(name);
  }

  private static ObjectNode ref(String part, String name) {
    return ApiOperation.object().put("$ref", "#/components/%s/%s".formatted(part, name));
  }
}
