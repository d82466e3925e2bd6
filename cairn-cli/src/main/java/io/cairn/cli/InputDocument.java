// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads the JSON or YAML document that {@code -i} names. */
final class InputDocument {
  /** The most that is read; a host takes no larger request either. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  private InputDocument() {}

  /**
   * The document in {@code file}, or in {@code in} when {@code file} is {@code -}. A file named
   * {@code .json}, and input that starts like JSON, is read as JSON; everything else as YAML.
   *
   * @throws CommandFailure with usage, when it cannot be read
   */
  static JsonNode read(String file, InputStream in) {
    String source = file.equals("-") ? "standard input" : file;
    String text = new String(bytes(file, in), StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw CommandFailure.usage(source + " is empty");
    }
    boolean json = isJson(file, text);
    try {
      return json ? Formats.json().readTree(text) : yaml(text, source);
    } catch (JacksonException malformed) {
      throw CommandFailure.usage(
          "%s is not %s: %s (line %d, column %d)"
              .formatted(
                  source,
                  json ? "JSON" : "YAML",
                  firstLine(malformed.getOriginalMessage()),
                  malformed.getLocation().getLineNr(),
                  malformed.getLocation().getColumnNr()));
    }
  }

  private static byte[] bytes(String file, InputStream in) {
    byte[] bytes;
    try {
      if (file.equals("-")) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      } else {
        try (InputStream opened = Files.newInputStream(Path.of(file))) {
          bytes = opened.readNBytes(MAX_BYTES + 1);
        }
      }
    } catch (NoSuchFileException missing) {
      throw CommandFailure.usage("there is no file " + file);
    } catch (IOException unreadable) {
      throw CommandFailure.usage("cannot read " + file + ": " + unreadable.getMessage());
    }
    if (bytes.length > MAX_BYTES) {
      throw CommandFailure.usage(file + " is larger than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }

  private static boolean isJson(String file, String text) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return true;
    }
    boolean yamlName = name.endsWith(".yaml") || name.endsWith(".yml");
    return !yamlName && (text.startsWith("{") || text.startsWith("["));
  }

  private static JsonNode yaml(String text, String source) {
    requireNoAlias(text, source);
    return Formats.yaml().readTree(text);
  }

  /** The tree reader would put an alias's name where its value belongs. */
  private static void requireNoAlias(String text, String source) {
    try (YAMLParser parser = (YAMLParser) Formats.yaml().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser.isCurrentAlias()) {
          throw CommandFailure.usage(
              source
                  + " uses a YAML alias, line "
                  + parser.currentLocation().getLineNr()
                  + "; write the value out");
        }
      }
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}
