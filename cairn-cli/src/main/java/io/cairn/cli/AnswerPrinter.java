// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import io.cairn.cli.output.JsonPrinter;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Prints answers: what was asked for to standard output, errors to standard error, so that {@code
 * x=$(cairn ...)} never holds an error body.
 */
final class AnswerPrinter {
  /** How an answer is written. */
  enum Format {
    /** As received. */
    JSON,
    /** Indented, in colours where they are wanted. */
    PRETTY,
    /** As a YAML document. */
    YAML
  }

  private final StandardStreams streams;
  private final Format format;
  private final boolean coloured;

  AnswerPrinter(StandardStreams streams, Format format, boolean coloured) {
    this.streams = streams;
    this.format = format;
    this.coloured = coloured;
  }

  /**
   * Prints {@code answer} and says how the process should end.
   *
   * @param selector the part to print; null for all
   * @throws CommandFailure when the answer has no such part
   */
  int print(RestRequest request, HostAnswer answer, @Nullable FieldPath selector) {
    if (!answer.isSuccess()) {
      streams
          .err()
          .printf("cairn: %s %s answered %d%n", request.method(), request.uri(), answer.status());
      answer.headers().firstValue("location").ifPresent(this::printLocation);
      printBody(answer, streams.err());
      return ExitCode.REFUSED;
    }
    if (selector == null) {
      printBody(answer, streams.out());
    } else {
      printPart(answer, selector);
    }
    return ExitCode.OK;
  }

  private void printLocation(String location) {
    streams.err().println("cairn: it is at " + location);
  }

  private void printBody(HostAnswer answer, PrintStream to) {
    if (!answer.hasBody()) {
      return;
    }
    Optional<JsonNode> json = format == Format.JSON ? Optional.empty() : answer.json();
    if (json.isPresent()) {
      to.println(written(json.get()));
      return;
    }
    byte[] body = answer.body();
    to.write(body, 0, body.length);
    if (body[body.length - 1] != '\n') {
      to.println();
    }
    to.flush();
  }

  private void printPart(HostAnswer answer, FieldPath selector) {
    JsonNode document =
        answer
            .json()
            .orElseThrow(
                () -> CommandFailure.refused("the answer is not JSON, so -s finds nothing in it"));
    JsonNode part = selector.find(document);
    if (part == null) {
      throw CommandFailure.refused("the answer has no such field; without -s it prints whole");
    }
    streams.out().println(part.isString() ? part.stringValue() : written(part));
  }

  /** A document as text. */
  String written(JsonNode node) {
    return switch (format) {
      case JSON -> node.toString();
      case PRETTY -> JsonPrinter.print(node, coloured);
      case YAML -> Formats.yaml().writeValueAsString(node).stripTrailing();
    };
  }
}
