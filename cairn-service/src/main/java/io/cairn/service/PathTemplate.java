// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares paths with templates, in which a segment in braces is a variable. */
final class PathTemplate {

  private PathTemplate() {}

  /** See {@link UriUtils#parseUriPathSegments}. */
  static Map<String, String> variables(@Nullable String path, @Nullable String template) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (template == null || path == null) {
      return variables;
    }
    String[] names = segments(template);
    String[] values = segments(path);
    for (int i = 0; i < names.length && i < values.length; i++) {
      String name = names[i];
      if (isVariable(name) && name.length() > 2) {
        variables.put(name.substring(1, name.length() - 1), values[i]);
      }
    }
    return variables;
  }

  /** See {@link UriUtils#matchesTemplate}. */
  static boolean matches(String path, String template) {
    String[] expected = segments(template);
    String[] actual = segments(path);
    if (expected.length != actual.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (!isVariable(expected[i]) && !expected[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }

  private static String[] segments(String path) {
    return UriUtils.normalizeUriPath(path).split(UriUtils.URI_PATH_CHAR, -1);
  }
}
