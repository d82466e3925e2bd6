// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the host answered. The body's bytes are shared, not copied. */
final class HostAnswer {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  HostAnswer(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }

  /** Any 2xx, and 304: the host did what was asked. */
  boolean isSuccess() {
    return (status >= 200 && status < 300) || status == 304;
  }

  boolean hasBody() {
    return body.length > 0;
  }

  byte[] body() {
    return body;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON; empty when it is something else. */
  Optional<JsonNode> json() {
    try {
      JsonNode node = Formats.json().readTree(body);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }

  /** What an error says, in a sentence. */
  String reason() {
    String message = json().map(error -> error.path("message").asString("")).orElse("");
    return "the host answered " + status + (message.isEmpty() ? "" : ": " + message);
  }

  /**
   * This answer, which must be no error.
   *
   * @throws CommandFailure that says what the host says, if it is one
   */
  HostAnswer requireSuccess() {
    if (!isSuccess()) {
      throw CommandFailure.refused(reason());
    }
    return this;
  }

  /** The body as JSON, which it must be. */
  JsonNode requireJson() {
    return json()
        .orElseThrow(() -> CommandFailure.refused("the answer is not JSON; -o json prints it"));
  }
}
