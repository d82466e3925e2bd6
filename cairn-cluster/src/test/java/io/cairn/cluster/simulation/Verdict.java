// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

/** Remembers the first invariant that did not hold, however many layers swallow the exception. */
final class Verdict {

  private Violation first;

  /** Returns the violation, to be thrown. */
  Violation broken(String what, Throwable cause) {
    Violation violation = new Violation(what, cause);
    if (first == null) {
      first = violation;
    }
    return violation;
  }

  Violation broken(String what) {
    return broken(what, null);
  }

  /** Throws the first violation, if there was one. */
  void confirm() {
    if (first != null) {
      throw first;
    }
  }
}
