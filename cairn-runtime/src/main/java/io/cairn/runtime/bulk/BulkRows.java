// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The objects that a body has, one after the other. Used by one thread. */
interface BulkRows {

  /**
   * One of them.
   *
   * @param line at which it begins, from 1
   * @param content the object; null if it cannot be read
   * @param problem why it cannot; null if it can
   */
  record Row(long line, @Nullable ObjectNode content, @Nullable String problem) {}

  /** A body of which nothing can be understood from some place on. */
  final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(long line, String problem) {
      super("line %d: %s".formatted(line, problem));
    }
  }

  /**
   * Reads the next object; waits for the client.
   *
   * @return null if there is no more
   * @throws UnreadableException if what follows cannot be told apart
   */
  @Nullable Row next() throws IOException;
}
