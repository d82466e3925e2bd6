// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The states that documents of a service go through, as its description shows them. Not
 * thread-safe.
 */
public class StateMachineDescription {

  /** The field that holds the state. */
  public @Nullable String property;

  /** The states that new documents may have. */
  public List<String> initial = new ArrayList<>();

  /** The states that nothing leads out of. */
  public List<String> ends = new ArrayList<>();

  /** What leads from state to state. */
  public List<Transition> transitions = new ArrayList<>();

  /**
   * One way on.
   *
   * @param by the kind of the command that leads there; null where a change of the field does
   * @param to the next states; the present one if the command leaves it as it is
   * @param onlyIf the conditions, in words; null for none
   */
  public record Transition(
      String from, @Nullable String by, List<String> to, @Nullable List<String> onlyIf) {}
}
