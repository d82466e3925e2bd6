// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query wants to be shown of the texts that it has found: pieces of them, with what it asked
 * for between markers. Not thread-safe.
 */
public class Highlight {
  /** Pieces of a field that can be asked for. */
  public static final int MAX_FRAGMENTS = 20;

  /** Characters of a piece that can be asked for. */
  public static final int MAX_FRAGMENT_SIZE = 1_000;

  /** Fields that can be asked for. */
  public static final int MAX_FIELDS = 20;

  private static final int MIN_FRAGMENT_SIZE = 10;
  private static final int MAX_TAG = 100;

  /** The fields to show pieces of; null for all whose texts the query asks for. */
  public @Nullable List<String> fields;

  /** How many pieces of each field at most; null for 3. */
  public @Nullable Integer fragments;

  /** How many characters a piece has, without markers; null for 120. */
  public @Nullable Integer fragmentSize;

  /** What stands before a match; null for {@code <em>}. */
  public @Nullable String preTag;

  /** What stands behind a match; null for {@code </em>}. */
  public @Nullable String postTag;

  private @Nullable String unknownField;

  @JsonAnySetter
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by the reader of JSON
  private void unknown(String name, @Nullable Object value) {
    unknownField = name;
  }

  int fragmentsWanted() {
    return fragments == null ? 3 : fragments;
  }

  int size() {
    return fragmentSize == null ? 120 : fragmentSize;
  }

  String before() {
    return preTag == null ? "<em>" : preTag;
  }

  String behind() {
    return postTag == null ? "</em>" : postTag;
  }

  void validate() {
    if (unknownField != null) {
      throw new IllegalArgumentException(
          "highlight: unknown field: %s; it has fields, fragments, fragmentSize, preTag, postTag"
              .formatted(unknownField));
    }
    require(fragments, 1, MAX_FRAGMENTS, "fragments");
    require(fragmentSize, MIN_FRAGMENT_SIZE, MAX_FRAGMENT_SIZE, "fragmentSize");
    if (before().length() > MAX_TAG || behind().length() > MAX_TAG) {
      throw new IllegalArgumentException(
          "highlight: preTag and postTag have %d characters at most".formatted(MAX_TAG));
    }
    if (fields != null && (fields.isEmpty() || fields.size() > MAX_FIELDS)) {
      throw new IllegalArgumentException(
          "highlight: fields names 1 to %d fields; leave it out for all that the query asks for"
              .formatted(MAX_FIELDS));
    }
    if (fields != null && fields.stream().anyMatch(name -> name == null || name.isEmpty())) {
      throw new IllegalArgumentException("highlight: fields has a name that is empty");
    }
  }

  private static void require(@Nullable Integer value, int least, int most, String name) {
    if (value != null && (value < least || value > most)) {
      throw new IllegalArgumentException(
          "highlight: %s is %d, it can be %d to %d".formatted(name, value, least, most));
    }
  }
}
