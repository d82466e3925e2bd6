// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.validation;

import io.cairn.document.DocumentJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.document.json.Mistakes;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;

/**
 * Holds objects against the constraints of {@code jakarta.validation} that their classes declare.
 * For a class without any this is one look-up. The runtime calls it for states that are to be
 * stored, for the bodies of commands and of endpoints; authors may call it for anything else.
 * Thread-safe.
 */
public final class Constraints {

  private static final ClassValue<Boolean> CONSTRAINED =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return ConstrainedTypes.isConstrained(type);
        }
      };

  /** Made when the first constrained type comes. */
  private static final class Checker {
    static final ConstraintChecker FOUND =
        ServiceLoader.load(ConstraintChecker.class, Constraints.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Nothing on the class path checks constraints; cairn-runtime does"));
  }

  private Constraints() {}

  /** Whether a class declares constraints, or that parts of it are to be checked. */
  public static boolean areOn(Class<?> type) {
    return CONSTRAINED.get(type);
  }

  /** What is wrong with an object, sorted by path. */
  public static List<Violation> violations(Object value) {
    return areOn(value.getClass()) ? Checker.FOUND.violations(value) : List.of();
  }

  /**
   * Returns an object with which nothing is wrong.
   *
   * @throws ViolationException with all that is wrong
   */
  public static <T> T check(T value) {
    List<Violation> found = violations(value);
    if (!found.isEmpty()) {
      throw new ViolationException(found);
    }
    return value;
  }

  /**
   * All that is wrong with what a client sent, where it could not be read: values of other types,
   * and what breaks constraints beside them.
   *
   * @param sent as a tree or map
   * @param type a record, for a class its author may fill in what is missing
   * @param first why it could not be read
   */
  public static ViolationException whole(Object sent, Class<?> type, MalformedJsonException first) {
    if (first.violations().isEmpty()) {
      return first;
    }
    Mistakes mistakes = DocumentJson.standard().mistakes(sent, type);
    Object rest = type.isRecord() ? mistakes.rest() : null;
    List<Violation> all = mistakes.with(rest == null ? List.of() : violations(rest));
    return all.size() <= first.violations().size()
        ? first
        : new ViolationException(
            all.stream().sorted(Comparator.comparing(Violation::path)).toList());
  }

  /** Lets go of all classes whose objects were checked, where classes come and go. */
  public static void forgetTypes() {
    Checker.FOUND.forgetTypes();
  }

  /**
   * Looks at a class that will be checked: its constraints are read in the background, so that the
   * first request does not wait for it, and constraints that nobody would check are logged.
   */
  public static void prepare(Class<?> type) {
    List<String> unchecked = ConstrainedTypes.unchecked(type);
    if (!unchecked.isEmpty()) {
      LoggerFactory.getLogger(Constraints.class)
          .warn("Constraints inside {} are not checked: mark it or its items @Valid", unchecked);
    }
    if (areOn(type)) {
      Checker.FOUND.prepare(type);
    }
  }
}
