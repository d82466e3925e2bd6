// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.states;

import io.cairn.service.states.StateRule.Guard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Declares a state machine. Each rule is a statement that reads as a sentence:
 *
 * <pre>{@code
 * order -> {
 *   order.initial(NEW);
 *   order.from(NEW).on(AddLine.class).stays();
 *   order.from(NEW).on(Pay.class).onlyIf(Order::hasLines, "an order needs a line").to(PAID);
 *   order.from(NEW, PAID).on(Cancel.class).to(CANCELLED);
 *   order.from(PAID).to(SHIPPED);
 * }
 * }</pre>
 *
 * <p>A command that is named here is possible only in the states that its rules begin with. Any
 * other command is possible in all states. Not thread-safe.
 *
 * @param <S> the document
 * @param <E> its states
 */
public final class StateRules<S, E extends Enum<E>> {

  private final Class<E> states;
  private final Set<E> initial;
  private final List<StateRule<S, E>> rules = new ArrayList<>();
  private @Nullable String unfinished;

  StateRules(Class<E> states) {
    this.states = states;
    this.initial = EnumSet.noneOf(states);
  }

  /** The states that new documents may have; one that names none gets the only one there is. */
  @SafeVarargs
  public final void initial(E... some) {
    finished();
    for (E state : some) {
      if (!initial.add(state)) {
        throw new IllegalArgumentException(state + " is initial twice");
      }
    }
  }

  /** Begins a rule for one or more present states. */
  @SafeVarargs
  public final From from(E... some) {
    finished();
    if (some.length == 0) {
      throw new IllegalArgumentException("from(..) names no state");
    }
    From from = new From();
    for (E state : some) {
      from.present.add(state);
    }
    unfinished = "from" + from.present;
    return from;
  }

  /** The beginning of a rule. */
  public final class From {
    private final List<E> present = new ArrayList<>();

    private From() {}

    /** Makes it a rule for one command. */
    public <B> Command<B> on(Class<B> command) {
      return new Command<>(present, command);
    }

    /** Makes it a rule with a condition; see {@link Change#onlyIf}. */
    public Change onlyIf(Predicate<S> condition, String reason) {
      return new Change(present).onlyIf(condition, reason);
    }

    /** Ends the rule: what may follow. */
    @SafeVarargs
    public final void to(E... next) {
      new Change(present).to(next);
    }
  }

  /** A rule for a change of the field by whatever may change it: a PUT, a patch, any command. */
  public final class Change {
    private final List<E> present;
    private final List<Guard<S>> guards = new ArrayList<>();

    private Change(List<E> present) {
      this.present = present;
    }

    /**
     * Adds a condition.
     *
     * @param condition on the document as it would be stored
     * @param reason what the client is told if it does not hold, as in "an order needs a line"
     */
    public Change onlyIf(Predicate<S> condition, String reason) {
      guards.add(new Guard<>((document, _) -> condition.test(document), reason));
      return this;
    }

    /** Ends the rule: what may follow. */
    @SafeVarargs
    public final void to(E... next) {
      List<E> targets = new ArrayList<>();
      for (E state : next) {
        if (present.contains(state)) {
          throw new IllegalArgumentException("from %s to %s is no change".formatted(state, state));
        }
        targets.add(state);
      }
      add(present, null, targets, guards);
    }
  }

  /**
   * A rule for a command.
   *
   * @param <B> the command
   */
  public final class Command<B> {
    private final List<E> present;
    private final Class<B> type;
    private final List<Guard<S>> guards = new ArrayList<>();

    private Command(List<E> present, Class<B> type) {
      this.present = present;
      this.type = type;
    }

    /**
     * Adds a condition.
     *
     * @param condition on the document as it is before the command
     * @param reason what the client is told if it does not hold, as in "an order needs a line"
     */
    public Command<B> onlyIf(Predicate<S> condition, String reason) {
      guards.add(new Guard<>((document, _) -> condition.test(document), reason));
      return this;
    }

    /** As the other form, on the document before the command and the command's body. */
    public Command<B> onlyIf(BiPredicate<S, B> condition, String reason) {
      guards.add(
          new Guard<>((document, body) -> condition.test(document, type.cast(body)), reason));
      return this;
    }

    /** Ends the rule: what may follow, as the command's handler decides. */
    @SafeVarargs
    public final void to(E... next) {
      List<E> targets = new ArrayList<>();
      for (E state : next) {
        targets.add(state);
      }
      add(present, type, targets, guards);
    }

    /** Ends the rule: the command leaves the state as it is. */
    public void stays() {
      for (E state : present) {
        add(List.of(state), type, List.of(state), guards);
      }
    }
  }

  private void add(List<E> present, @Nullable Class<?> by, List<E> next, List<Guard<S>> guards) {
    if (next.isEmpty()) {
      throw new IllegalArgumentException("to(..) names no state");
    }
    for (E from : present) {
      for (StateRule<S, E> other : rules) {
        for (E to : next) {
          if (other.from() == from && other.isBy(by) && other.to().contains(to)) {
            throw new IllegalArgumentException(
                "Two rules lead from %s to %s%s"
                    .formatted(from, to, by == null ? "" : " by " + by.getSimpleName()));
          }
        }
      }
      rules.add(new StateRule<>(from, by, EnumSet.copyOf(next), List.copyOf(guards)));
    }
    unfinished = null;
  }

  private void finished() {
    if (unfinished != null) {
      throw new IllegalArgumentException("The rule " + unfinished + " has no to(..) or stays()");
    }
  }

  Set<E> initial() {
    return initial;
  }

  /**
   * The rules, if they make a machine.
   *
   * @throws IllegalArgumentException if there is no first state, or nothing leads to some state
   */
  List<StateRule<S, E>> complete() {
    finished();
    if (initial.isEmpty()) {
      throw new IllegalArgumentException("No state is initial: initial(..)");
    }
    Collection<E> unreachable = EnumSet.allOf(states);
    unreachable.removeAll(reachable());
    if (!unreachable.isEmpty()) {
      throw new IllegalArgumentException(
          "Nothing leads to %s: add a rule to it, or make it initial".formatted(unreachable));
    }
    return List.copyOf(rules);
  }

  private Set<E> reachable() {
    Set<E> reached = EnumSet.copyOf(initial);
    int before = 0;
    while (reached.size() > before) {
      before = reached.size();
      rules.stream()
          .filter(rule -> reached.contains(rule.from()))
          .toList()
          .forEach(rule -> reached.addAll(rule.to()));
    }
    return reached;
  }
}
