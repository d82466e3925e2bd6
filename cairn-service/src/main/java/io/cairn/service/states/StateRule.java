// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.states;

import io.cairn.document.StateMachineDescription.Transition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may follow one state.
 *
 * @param by the command that leads there; null where a change of the state's field does
 * @param to the next states; that of {@code from} alone if a command leaves the state as it is
 */
record StateRule<S, E extends Enum<E>>(
    E from, @Nullable Class<?> by, Set<E> to, List<Guard<S>> guards) {

  /**
   * A condition.
   *
   * @param holds for a document, and the command's body if there is one
   */
  record Guard<S>(BiPredicate<S, @Nullable Object> holds, String reason) {}

  boolean isBy(@Nullable Class<?> command) {
    return by == command;
  }

  boolean staysAt(E state) {
    return to.equals(Set.of(state));
  }

  /** The reason of the first condition that does not hold. */
  Optional<String> obstacle(S document, @Nullable Object body) {
    return guards.stream()
        .filter(guard -> !guard.holds().test(document, body))
        .map(Guard::reason)
        .findFirst();
  }

  Transition description() {
    return new Transition(
        from.name(),
        by == null ? null : by.getSimpleName(),
        to.stream().map(Enum::name).toList(),
        guards.isEmpty() ? null : guards.stream().map(Guard::reason).toList());
  }

  /** As in "Pay (to PAID)". */
  String words() {
    String targets = to.stream().map(Enum::name).collect(Collectors.joining(" or "));
    if (by == null) {
      return "to " + targets;
    }
    return staysAt(from) ? by.getSimpleName() : by.getSimpleName() + " (to " + targets + ")";
  }
}
