// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.states;

import io.cairn.document.StateMachineDescription;
import io.cairn.document.StateMachineDescription.Transition;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The states that a document goes through. {@code DocumentService.states} declares one and asks it
 * about each change. A service of the Xenon face keeps one in a constant and asks it in its
 * handlers. Immutable.
 *
 * @param <S> the document
 * @param <E> its states
 */
public final class DocumentStates<S, E extends Enum<E>> {

  private final String property;
  private final Function<S, @Nullable E> state;
  private final EnumSet<E> initial;
  private final List<StateRule<S, E>> rules;

  private DocumentStates(
      String property,
      Function<S, @Nullable E> state,
      EnumSet<E> initial,
      List<StateRule<S, E>> rules) {
    this.property = property;
    this.state = state;
    this.initial = initial;
    this.rules = rules;
  }

  /**
   * Declares a machine.
   *
   * @param property the field that holds the state, for messages
   * @param states all of them
   * @param state reads the field
   * @throws IllegalArgumentException if the rules contradict each other, or leave a state out
   */
  public static <S, E extends Enum<E>> DocumentStates<S, E> of(
      String property,
      Class<E> states,
      Function<S, @Nullable E> state,
      Consumer<StateRules<S, E>> declaration) {
    StateRules<S, E> declared = new StateRules<>(states);
    declaration.accept(declared);
    List<StateRule<S, E>> rules = declared.complete();
    return new DocumentStates<>(property, state, EnumSet.copyOf(declared.initial()), rules);
  }

  /** The field that holds the state. */
  public String property() {
    return property;
  }

  /** The state of a new document that names none; empty if there are several to choose from. */
  public Optional<E> start() {
    return initial.size() == 1 ? Optional.of(initial.iterator().next()) : Optional.empty();
  }

  /** The commands that the rules name. */
  public Set<Class<?>> commands() {
    return rules.stream()
        .map(StateRule::by)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Judges a new document.
   *
   * @throws ViolationException if its state is not an initial one
   */
  public void checkNew(S document) {
    E first = stateOf(document);
    if (!initial.contains(first)) {
      throw new ViolationException(
          List.of(
              new Violation(property, "InitialState", "must be " + names(initial) + " at first")));
    }
  }

  /**
   * Judges a command before it is carried out.
   *
   * @throws TransitionRefusal if the present state does not admit it, or a condition does not hold
   */
  public void admit(S present, Class<?> command, Object body) {
    if (isNamed(command)) {
      admitted(present, command, body);
    }
  }

  /**
   * Judges a change by a PUT, a patch or anything else that is no command.
   *
   * @throws TransitionRefusal if no rule leads from the present state to the next one
   * @throws ViolationException if the next document has no state
   */
  public void check(S present, S next) {
    change(present, next, "");
  }

  /**
   * Judges what a command has made of a document.
   *
   * @throws TransitionRefusal if no rule for the command leads from the present state to the next
   * @throws ViolationException if the next document has no state
   */
  public void check(S present, Class<?> command, Object body, S next) {
    if (!isNamed(command)) {
      change(present, next, command.getSimpleName() + ": ");
      return;
    }
    E wanted = stateOf(next);
    boolean allowed =
        admitted(present, command, body).stream().anyMatch(rule -> rule.to().contains(wanted));
    if (!allowed) {
      throw refusal(command.getSimpleName() + ": " + noWay(state.apply(present), wanted), present);
    }
  }

  private boolean isNamed(Class<?> command) {
    return rules.stream().anyMatch(rule -> rule.isBy(command));
  }

  /** The rules that let a command be carried out; at least one. */
  private List<StateRule<S, E>> admitted(S present, Class<?> command, Object body) {
    String name = command.getSimpleName();
    List<StateRule<S, E>> candidates =
        from(present).stream().filter(rule -> rule.isBy(command)).toList();
    if (candidates.isEmpty()) {
      throw refusal(
          "%s is not possible while %s is %s"
              .formatted(name, property, words(state.apply(present))),
          present);
    }
    List<StateRule<S, E>> open =
        candidates.stream().filter(rule -> rule.obstacle(present, body).isEmpty()).toList();
    if (open.isEmpty()) {
      throw new TransitionRefusal(
          "%s is not possible: %s".formatted(name, obstacles(candidates, present, body)),
          allowed(present));
    }
    return open;
  }

  private void change(S present, S next, String who) {
    E was = state.apply(present);
    E wanted = stateOf(next);
    boolean begins = was == null && initial.contains(wanted);
    if (was == wanted || begins) {
      return;
    }
    List<StateRule<S, E>> ways =
        from(present).stream()
            .filter(rule -> rule.isBy(null) && rule.to().contains(wanted))
            .toList();
    if (ways.isEmpty()) {
      throw refusal(who + noWay(was, wanted), present);
    }
    if (ways.stream().noneMatch(rule -> rule.obstacle(next, null).isEmpty())) {
      throw new TransitionRefusal(
          "%s%s: %s".formatted(who, noWay(was, wanted), obstacles(ways, next, null)),
          allowed(present));
    }
  }

  private String noWay(@Nullable E was, E wanted) {
    return "%s cannot change from %s to %s".formatted(property, words(was), wanted);
  }

  private String obstacles(List<StateRule<S, E>> ways, S document, @Nullable Object body) {
    return ways.stream()
        .flatMap(rule -> rule.obstacle(document, body).stream())
        .distinct()
        .collect(Collectors.joining("; or "));
  }

  private TransitionRefusal refusal(String why, S present) {
    List<StateRule<S, E>> ways = from(present);
    String possible =
        ways.isEmpty()
            ? "nothing leads out of it"
            : "possible: " + ways.stream().map(StateRule::words).collect(Collectors.joining(", "));
    return new TransitionRefusal(why + "; " + possible, allowed(present));
  }

  private List<Transition> allowed(S present) {
    return from(present).stream().map(StateRule::description).toList();
  }

  private List<StateRule<S, E>> from(S present) {
    E now = state.apply(present);
    return rules.stream().filter(rule -> rule.from() == now).toList();
  }

  private E stateOf(S document) {
    E value = state.apply(document);
    if (value == null) {
      throw new ViolationException(
          List.of(new Violation(property, Violation.REQUIRED, "is a required field")));
    }
    return value;
  }

  private static String words(@Nullable Enum<?> state) {
    return state == null ? "not set" : state.name();
  }

  private static <E extends Enum<E>> String names(Set<E> some) {
    return some.stream().map(Enum::name).collect(Collectors.joining(" or "));
  }

  /** The machine as the description of a service shows it. */
  public StateMachineDescription description() {
    StateMachineDescription description = new StateMachineDescription();
    description.property = property;
    initial.forEach(first -> description.initial.add(first.name()));
    EnumSet<E> ends = EnumSet.allOf(initial.iterator().next().getDeclaringClass());
    for (StateRule<S, E> rule : rules) {
      if (!rule.staysAt(rule.from())) {
        ends.remove(rule.from());
      }
      description.transitions.add(rule.description());
    }
    ends.forEach(end -> description.ends.add(end.name()));
    return description;
  }
}
