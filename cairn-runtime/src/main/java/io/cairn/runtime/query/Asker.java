// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.service.Operation;
import io.cairn.service.failure.NobodyWaitsException;

/** Whoever waits for the answer of a query, and may have gone before it is complete. */
@FunctionalInterface
interface Asker {

  /** One that waits to the end. */
  Asker PATIENT = () -> false;

  /** The sender of an operation. */
  static Asker of(Operation op) {
    return op::isCancelled;
  }

  boolean hasGone();

  /** Ends work that nobody waits for. */
  default void requirePresent() {
    if (hasGone()) {
      throw new NobodyWaitsException();
    }
  }
}
