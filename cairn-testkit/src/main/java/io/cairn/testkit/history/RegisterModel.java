// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * What a document does when it is alone with one client at a time: a register with a value, a
 * counter and a version, that can be made and taken away. Versions begin at 0 and rise by one with
 * each update.
 */
final class RegisterModel {

  private RegisterModel() {}

  /**
   * Carries an action out.
   *
   * @param result what it must lead to; {@link Result.Unknown} asks for any effect
   * @return the state afterwards; null if the action cannot have that result in this state, or if
   *     its result is unknown and it has no effect in this state
   */
  static @Nullable DocumentState step(DocumentState state, Action action, Result result) {
    return switch (result) {
      case Result.Done(Seen seen) -> done(state, action, seen);
      case Result.Unknown _ -> effect(state, action);
      case Result.Absent _ -> state.present() ? null : state;
      case Result.Exists _ -> state.present() ? state : null;
      case Result.Mismatch _ -> // what is not there has no version either
          action instanceof Action.ConditionalWrite && effect(state, action) == null ? state : null;
      case Result.Refused _ -> state;
    };
  }

  private static @Nullable DocumentState done(DocumentState state, Action action, Seen seen) {
    if (action instanceof Action.Delete) {
      return DocumentState.ABSENT;
    }
    DocumentState next = action instanceof Action.Read ? state : effect(state, action);
    return next != null && seen.fits(next) ? next : null;
  }

  /** The state after an action that changes it; null if it has nothing to change. */
  private static @Nullable DocumentState effect(DocumentState state, Action action) {
    if (action instanceof Action.Create(String value)) {
      return state.present() ? null : DocumentState.of(value, 0, 0);
    }
    if (!state.present()) {
      return null;
    }
    return switch (action) {
      case Action.Write(String value) -> state.written(value);
      case Action.ConditionalWrite(String value, DocumentState expected) ->
          state.equals(expected) ? state.written(value) : null;
      case Action.Increment(long by) -> state.increased(by);
      case Action.Delete _ -> DocumentState.ABSENT;
      case Action.Read _, Action.Create _ -> null;
    };
  }

  /** The value that an action writes. */
  static @Nullable String written(Action action) {
    return switch (action) {
      case Action.Create(String value) -> value;
      case Action.Write(String value) -> value;
      case Action.ConditionalWrite(String value, DocumentState _) -> value;
      case Action.Read _, Action.Increment _, Action.Delete _ -> null;
    };
  }

  /** The same action, writing another value. */
  static Action writing(Action action, String value) {
    return switch (action) {
      case Action.Create _ -> new Action.Create(value);
      case Action.Write _ -> new Action.Write(value);
      case Action.ConditionalWrite(String _, DocumentState expected) ->
          new Action.ConditionalWrite(value, expected);
      case Action.Read _, Action.Increment _, Action.Delete _ -> action;
    };
  }

  /** The value that the document must have before this call; null if the call tells nothing. */
  static @Nullable String demanded(Action action, Result result) {
    if (!(result instanceof Result.Done(Seen seen))) {
      return null;
    }
    return switch (action) {
      case Action.ConditionalWrite(String _, DocumentState expected) -> expected.value();
      case Action.Read _, Action.Increment _ -> seen.value();
      case Action.Create _, Action.Write _, Action.Delete _ -> null;
    };
  }
}
