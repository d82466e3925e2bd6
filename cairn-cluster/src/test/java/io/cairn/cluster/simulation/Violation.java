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

  /** Returns a failure with the seed that leads to it and the events before. */
  static Violation at(long seed, Throwable failure, List<String> lines) {
    String what = failure instanceof Violation ? failure.getMessage() : failure.toString();
    Violation located =
        new Violation(
            "seed " + seed + ": " + what + "; dev/simulate " + seed + " replays it", failure);
    located.trace = lines;
    return located;
  }

  List<String> trace() {
    return trace;
  }
}
