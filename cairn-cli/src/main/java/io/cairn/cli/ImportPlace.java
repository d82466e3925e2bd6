// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Where an import goes on if it breaks off, in a file beside the one that is imported. It is gone
 * when the import is done.
 *
 * @param source the file that is imported
 * @param factory where its documents go
 */
record ImportPlace(Path source, String factory) {
  private static final String SUFFIX = ".import";
  private static final String FACTORY = "factory";
  private static final String BYTES = "bytes";
  private static final String NEXT_LINE = "nextLine";

  Path file() {
    return source.resolveSibling(source.getFileName() + SUFFIX);
  }

  /**
   * The line that an earlier import has come to.
   *
   * @throws CommandFailure with usage, if there was none, or it was one of something else
   */
  long line() {
    try {
      if (!Files.exists(file())) {
        throw CommandFailure.usage(
            "no import of %s has broken off (there is no %s): leave --resume out"
                .formatted(source, file()));
      }
      JsonNode said = Formats.json().readTree(Files.readAllBytes(file()));
      if (!said.path(FACTORY).asString("").equals(factory)
          || said.path(BYTES).asLong(-1) != Files.size(source)
          || said.path(NEXT_LINE).asLong(0) < 1) {
        throw CommandFailure.usage(
            "%s tells of another import: %s. Remove it, and say --from=LINE if you know the line"
                .formatted(file(), said));
      }
      return said.path(NEXT_LINE).asLong(0);
    } catch (IOException | JacksonException e) {
      throw CommandFailure.usage("cannot read " + file() + ": " + e.getMessage());
    }
  }

  /** Remembers that everything before a line is done. */
  void note(long line) throws IOException {
    var place = JsonNodeFactory.instance.objectNode();
    place.put(FACTORY, factory).put(BYTES, Files.size(source)).put(NEXT_LINE, line);
    Path written = source.resolveSibling(source.getFileName() + SUFFIX + ".new");
    Files.writeString(written, place + "\n");
    Files.move(written, file(), StandardCopyOption.REPLACE_EXISTING);
  }

  void forget() throws IOException {
    Files.deleteIfExists(file());
  }
}
