// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.DocumentJson;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Answers with a tree as JSON or YAML, as the path or the client's {@code Accept} says. */
final class ApiForm {
  private static final int NOT_ACCEPTABLE = 406;
  private static final String YAML = "application/yaml";
  private static final List<String> OFFERS =
      List.of(
          ApiOperation.JSON,
          YAML,
          "text/yaml",
          "text/x-yaml",
          "application/vnd.oai.openapi+json",
          "application/vnd.oai.openapi");

  private ApiForm() {}

  /**
   * Completes a GET, or fails it if its client accepts none of the forms.
   *
   * @param path what the request asks for; {@code .json} or {@code .yaml} at its end decides
   */
  static void answer(Operation get, String path, Supplier<ObjectNode> document) {
    answerWritten(get, path, yaml -> written(document.get(), yaml));
  }

  /**
   * A document as it goes out.
   *
   * @param tag its entity tag
   */
  record Written(String text, String tag) {}

  static Written written(ObjectNode tree, boolean yaml) {
    String text = yaml ? YamlText.of(tree) : DocumentJson.standard().toJson(tree);
    return new Written(text, StaticFile.tagOf(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** As {@link #answer}, with what is written as YAML or not. */
  static void answerWritten(Operation get, String path, Function<Boolean, Written> document) {
    String type = typeOf(get, path);
    Written written =
        document.apply(type.contains("yaml") || type.equals("application/vnd.oai.openapi"));
    String tag = written.tag();
    get.addResponseHeader(Operation.ETAG_HEADER, tag)
        .addResponseHeader(Operation.CACHE_CONTROL_HEADER, "private, no-cache")
        .addResponseHeader("vary", Operation.ACCEPT_HEADER);
    if (StaticFile.isKnown(get, tag)) {
      get.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).setBodyNoCloning(null).complete();
      return;
    }
    get.setContentType(type).setBodyNoCloning(written.text()).complete();
  }

  private static String typeOf(Operation get, String path) {
    if (path.endsWith(".json")) {
      return ApiOperation.JSON;
    }
    if (path.endsWith(".yaml")) {
      return YAML;
    }
    return MediaTypes.choose(get.getRequestHeader(Operation.ACCEPT_HEADER), OFFERS)
        .orElseThrow(
            () ->
                new Refusal(
                    NOT_ACCEPTABLE, "The document can be had as " + String.join(", ", OFFERS)));
  }
}
