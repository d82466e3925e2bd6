// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request or a response: an immutable list of names and values whose names compare
 * without regard to case. Safe for use by any thread.
 */
public sealed interface HttpHeaders permits RawHeaders, ListHeaders {

  /** Returns the first value of {@code name}, or null when there is none. */
  @Nullable String get(String name);

  /** Returns every value of {@code name} in the order they were sent; empty when there is none. */
  List<String> all(String name);

  /** Passes every field, in order, to {@code consumer}. */
  void forEach(BiConsumer<String, String> consumer);

  /** Returns the number of fields. */
  int size();

  /** Says whether a field of that name is present. */
  default boolean contains(String name) {
    return get(name) != null;
  }

  /**
   * Returns these fields and one more at the end.
   *
   * @throws IllegalArgumentException if the name is no token, or the value holds control characters
   */
  default HttpHeaders with(String name, String value) {
    return ListHeaders.copyOf(this, name, value);
  }

  /** Returns no fields at all. */
  static HttpHeaders empty() {
    return ListHeaders.EMPTY;
  }

  /**
   * Returns the fields given as name, value, name, value. Keep the result of constant arguments:
   * its encoded form is remembered, so that sending it again costs one copy.
   *
   * @throws IllegalArgumentException if a name is no token, or a value holds control characters
   */
  static HttpHeaders of(String... namesAndValues) {
    return ListHeaders.of(namesAndValues);
  }
}
