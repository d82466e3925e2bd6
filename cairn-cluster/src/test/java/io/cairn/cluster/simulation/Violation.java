// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.List;

/** An invariant does not hold. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private transient List<String> trace = List.of();

  Violation(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns this with the seed that leads here and the events before. */
  Violation at(long seed, List<String> lines) {
    Violation located = new Violation("seed " + seed + ": " + getMessage(), this);
    located.trace = lines;
    return located;
  }

  List<String> trace() {
    return trace;
  }
}
