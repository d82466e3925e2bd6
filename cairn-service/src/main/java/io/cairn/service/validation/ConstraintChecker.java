// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.validation;

import io.cairn.document.validation.Violation;
import java.util.List;

/** What {@link Constraints} are checked by; found by {@code ServiceLoader}. Thread-safe. */
public interface ConstraintChecker {

  /** What is wrong with an object whose class has constraints, sorted by path and rule. */
  List<Violation> violations(Object value);

  /** Reads the constraints of a class beforehand, at the checker's leisure. Returns at once. */
  void prepare(Class<?> type);

  /** Lets go of all classes it has come to know; it reads those that come again anew. */
  void forgetTypes();
}
