// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * What an answer told of a document.
 *
 * @param value its value; null if the answer did not tell
 * @param counter its counter; null if the answer did not tell
 * @param version its version; null if the answer did not tell
 */
public record Seen(@Nullable String value, @Nullable Long counter, @Nullable Long version) {

  /** An answer that told nothing but success. */
  public static final Seen NOTHING = new Seen(null, null, null);

  /** Everything of a state. */
  public static Seen of(DocumentState state) {
    return new Seen(state.value(), state.counter(), state.version());
  }

  /** Whether a document in this state can have been seen so. */
  boolean fits(DocumentState state) {
    return state.present()
        && (value == null || value.equals(state.value()))
        && (counter == null || counter == state.counter())
        && (version == null || version == state.version());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    append(text, "", value);
    append(text, "counter ", counter);
    append(text, "version ", version);
    return text.toString();
  }

  private static void append(StringBuilder text, String name, @Nullable Object part) {
    if (part != null) {
      text.append(text.isEmpty() ? "" : ", ").append(name).append(part);
    }
  }
}
