// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.net.ErrorBody;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.service.http.MediaTypes;
import io.cairn.service.http.OperationVocabulary;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Errors as RFC 9457 has them, for clients that name {@code application/problem+json} in their
 * {@code Accept}: its members in front of those of the standard error body. Stateless.
 */
final class ProblemDetails implements ErrorBody {

  private static final String MEDIA_TYPE = "application/problem+json";

  @Override
  public byte[] of(int status, String message) {
    return STANDARD.of(status, message);
  }

  @Override
  public HttpResponse shaped(HttpRequest request, HttpResponse error) {
    String type = error.headers().get(OperationVocabulary.CONTENT_TYPE_HEADER);
    if (type == null
        || !type.startsWith(OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON)
        || !MediaTypes.isNamed(
            request.headers().get(OperationVocabulary.ACCEPT_HEADER), MEDIA_TYPE)) {
      return error;
    }
    JsonNode standard;
    try {
      standard = DocumentJson.standard().readTree(error.body());
    } catch (IllegalArgumentException e) {
      return error; // what a service calls JSON need not be
    }
    if (!(standard instanceof ObjectNode facts) || !facts.has("message")) {
      return error; // an error body of the service's own
    }
    ObjectNode problem = facts.objectNode();
    problem.put("type", "about:blank");
    problem.put("title", error.reason());
    problem.put("status", error.status());
    problem.set("detail", facts.get("message"));
    problem.put("instance", request.path());
    problem.setAll(facts);
    return HttpResponse.of(
        error.status(), retyped(error.headers()), DocumentJson.standard().toBytes(problem));
  }

  private static HttpHeaders retyped(HttpHeaders headers) {
    List<String> fields = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          fields.add(name);
          boolean type = name.equalsIgnoreCase(OperationVocabulary.CONTENT_TYPE_HEADER);
          fields.add(type ? MEDIA_TYPE : value);
        });
    return HttpHeaders.of(fields.toArray(String[]::new));
  }
}
