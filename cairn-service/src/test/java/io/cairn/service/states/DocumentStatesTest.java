// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.ServiceDocument;
import io.cairn.document.StateMachineDescription;
import io.cairn.document.StateMachineDescription.Transition;
import io.cairn.document.validation.ViolationException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DocumentStatesTest {
  /** What a door is. */
  enum Door {
    OPEN,
    CLOSED,
    LOCKED
  }

  /** A document of the Xenon face. */
  public static final class DoorState extends ServiceDocument {
    public @Nullable Door door;
    public int people;
  }

  record Lock(int key) {}

  record Knock() {}

  private static final DocumentStates<DoorState, Door> MACHINE =
      machine(
          door -> {
            door.initial(Door.OPEN, Door.CLOSED);
            door.from(Door.OPEN)
                .onlyIf(state -> state.people == 0, "somebody stands in it")
                .to(Door.CLOSED);
            door.from(Door.CLOSED).to(Door.OPEN);
            door.from(Door.CLOSED)
                .on(Lock.class)
                .onlyIf((state, lock) -> lock.key() == 7, "the key does not fit")
                .to(Door.LOCKED);
            door.from(Door.CLOSED, Door.LOCKED).on(Knock.class).stays();
          });

  private static DocumentStates<DoorState, Door> machine(Consumer<StateRules<DoorState, Door>> r) {
    return DocumentStates.of("door", Door.class, state -> state.door, r);
  }

  private static DoorState at(@Nullable Door door) {
    DoorState state = new DoorState();
    state.door = door;
    return state;
  }

  private static void contradiction(Consumer<StateRules<DoorState, Door>> rules, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> machine(rules))
        .withMessageContaining(message);
  }

  @Test
  void contradictionsAreRefusedWhenTheyAreDeclared() {
    contradiction(door -> door.from(Door.OPEN).to(Door.CLOSED), "No state is initial");
    contradiction(door -> door.initial(Door.OPEN, Door.OPEN), "OPEN is initial twice");
    contradiction(
        door -> {
          door.initial(Door.OPEN);
          door.from(Door.OPEN).to(Door.CLOSED);
        },
        "Nothing leads to [LOCKED]");
    contradiction(
        door -> {
          door.initial(Door.OPEN);
          door.from(Door.OPEN, Door.CLOSED).on(Lock.class).to(Door.LOCKED);
          door.from(Door.CLOSED).on(Lock.class).to(Door.LOCKED, Door.OPEN);
        },
        "Two rules lead from CLOSED to LOCKED by Lock");
    contradiction(
        door -> {
          door.initial(Door.OPEN);
          door.from(Door.OPEN).to(Door.OPEN);
        },
        "is no change");
    contradiction(door -> door.from().to(Door.OPEN), "from(..) names no state");
    contradiction(door -> door.from(Door.OPEN).to(), "to(..) names no state");
    contradiction(
        door -> {
          door.initial(Door.OPEN);
          var _ = door.from(Door.OPEN).on(Lock.class);
        },
        "The rule from[OPEN] has no to(..) or stays()");
  }

  @Test
  void aStateThatIsOnlyReachedFromOneThatIsNotIsRefused() {
    contradiction(
        door -> {
          door.initial(Door.OPEN);
          door.from(Door.CLOSED).to(Door.LOCKED);
          door.from(Door.LOCKED).to(Door.CLOSED);
        },
        "Nothing leads to [CLOSED, LOCKED]");
  }

  @Test
  void aChangeNeedsARuleAndItsCondition() {
    MACHINE.check(at(Door.OPEN), at(Door.CLOSED));
    MACHINE.check(at(Door.LOCKED), at(Door.LOCKED));
    DoorState crowded = at(Door.CLOSED);
    crowded.people = 2;
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.check(at(Door.OPEN), crowded))
        .withMessage("door cannot change from OPEN to CLOSED: somebody stands in it");
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.check(at(Door.CLOSED), at(Door.LOCKED)))
        .withMessage(
            "door cannot change from CLOSED to LOCKED;"
                + " possible: to OPEN, Lock (to LOCKED), Knock");
  }

  @Test
  void aCommandNeedsARuleAndItsCondition() {
    MACHINE.admit(at(Door.CLOSED), Lock.class, new Lock(7));
    MACHINE.check(at(Door.CLOSED), Lock.class, new Lock(7), at(Door.LOCKED));
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.admit(at(Door.CLOSED), Lock.class, new Lock(8)))
        .withMessage("Lock is not possible: the key does not fit");
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.admit(at(Door.OPEN), Lock.class, new Lock(7)))
        .withMessage("Lock is not possible while door is OPEN; possible: to CLOSED");
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.check(at(Door.CLOSED), Knock.class, new Knock(), at(Door.OPEN)))
        .withMessageStartingWith("Knock: door cannot change from CLOSED to OPEN");
    // A command that no rule names may do what anything may.
    MACHINE.admit(at(Door.LOCKED), String.class, "ring");
    MACHINE.check(at(Door.CLOSED), String.class, "push", at(Door.OPEN));
  }

  @Test
  void aNewDocumentHasAnInitialState() {
    MACHINE.checkNew(at(Door.CLOSED));
    assertThat(MACHINE.start()).isEmpty();
    assertThatExceptionOfType(ViolationException.class)
        .isThrownBy(() -> MACHINE.checkNew(at(Door.LOCKED)))
        .withMessage("door must be OPEN or CLOSED at first");
    assertThatExceptionOfType(ViolationException.class)
        .isThrownBy(() -> MACHINE.checkNew(at(null)))
        .withMessage("door is a required field");
  }

  @Test
  void aDocumentWithoutStateCanBeGivenAnInitialOne() {
    MACHINE.check(at(null), at(Door.OPEN));
    assertThatExceptionOfType(TransitionRefusal.class)
        .isThrownBy(() -> MACHINE.check(at(null), at(Door.LOCKED)));
  }

  @Test
  void theDescriptionShowsAllOfIt() {
    StateMachineDescription description = MACHINE.description();
    assertThat(description.property).isEqualTo("door");
    assertThat(description.initial).containsExactly("OPEN", "CLOSED");
    assertThat(description.ends).containsExactly("LOCKED");
    assertThat(description.transitions)
        .containsExactly(
            new Transition("OPEN", null, List.of("CLOSED"), List.of("somebody stands in it")),
            new Transition("CLOSED", null, List.of("OPEN"), null),
            new Transition("CLOSED", "Lock", List.of("LOCKED"), List.of("the key does not fit")),
            new Transition("CLOSED", "Knock", List.of("CLOSED"), null),
            new Transition("LOCKED", "Knock", List.of("LOCKED"), null));
  }
}
