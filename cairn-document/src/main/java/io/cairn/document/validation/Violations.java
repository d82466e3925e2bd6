// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.validation;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong, so that a client hears of all of it at once. For handlers and for
 * constructors of records. Not thread-safe.
 *
 * <pre>{@code
 * new Violations()
 *     .require(from.isBefore(to), "to", "must be after from")
 *     .require(seats <= 9, "seats", "must be at most 9")
 *     .refuse();
 * }</pre>
 */
public final class Violations {
  private final List<Violation> found = new ArrayList<>();

  /** Nothing is wrong so far. */
  public Violations() {}

  /**
   * Adds a violation unless a condition holds.
   *
   * @param path of the field, as in {@code lines[2].price}; empty for the whole
   * @param message without the path, as in "must be after from"
   */
  public Violations require(boolean condition, String path, String message) {
    return condition ? this : add(path, Violation.CHECK, message);
  }

  /** Adds a violation of a rule that has a name. */
  public Violations add(String path, String rule, String message) {
    found.add(new Violation(path, rule, message));
    return this;
  }

  /** Those found so far. */
  public List<Violation> found() {
    return List.copyOf(found);
  }

  /**
   * Returns if nothing is wrong.
   *
   * @throws ViolationException with all that was added
   */
  public void refuse() {
    if (!found.isEmpty()) {
      throw new ViolationException(found);
    }
  }
}
