// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.query.QueryTask.QuerySpecification;
import java.util.Arrays;
import java.util.List;

/**
 * The name of a property, split at its dots.
 *
 * @param name the whole name
 * @param segments its parts, outermost first; never empty
 */
record PropertyPath(String name, List<String> segments) {
  static PropertyPath parse(String name) {
    return new PropertyPath(
        name, List.copyOf(Arrays.asList(name.split(QuerySpecification.FIELD_NAME_REGEXP, -1))));
  }

  /** Returns the part of the name from a segment on: keys of maps may contain dots themselves. */
  String from(int segment) {
    return between(segment, segments.size());
  }

  /** Returns the part of the name from a segment to before another. */
  String between(int segment, int end) {
    return String.join(QuerySpecification.FIELD_NAME_CHARACTER, segments.subList(segment, end));
  }
}
