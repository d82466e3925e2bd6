// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.service.Operation;

/** Hears of each operation of a host, at once and on whatever thread: it must be quick. */
public interface OperationObserver {
  /** An operation is under way. */
  void begun(Operation op);

  /** It has its answer. */
  void ended(Operation op);
}
