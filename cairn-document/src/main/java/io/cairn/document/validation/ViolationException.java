// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.validation;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came from outside is invalid: answered with 400, all violations in the body, and a message
 * that names the first few.
 */
public class ViolationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_IN_MESSAGE = 5;

  /** How many violations an answer lists at most. */
  public static final int MOST = 100;

  private final List<Violation> violations;

  /**
   * An exception of some violations.
   *
   * @param violations at least one; those behind the first {@value #MOST} are only counted
   */
  public ViolationException(List<Violation> violations) {
    this(sentences(violations), violations, null);
  }

  /** An exception with a message of its own. */
  protected ViolationException(
      String message, List<Violation> violations, @Nullable Throwable cause) {
    super(message, cause);
    this.violations = List.copyOf(violations.subList(0, Math.min(MOST, violations.size())));
  }

  /** What is wrong; empty if it is not tied to fields, as with a body that is no JSON. */
  public final List<Violation> violations() {
    return violations;
  }

  /** The first few violations as one line. */
  public static String sentences(List<Violation> violations) {
    String first =
        violations.stream()
            .limit(MOST_IN_MESSAGE)
            .map(Violation::sentence)
            .collect(Collectors.joining("; "));
    int more = violations.size() - MOST_IN_MESSAGE;
    return more > 0 ? first + "; and " + more + " more" : first;
  }
}
