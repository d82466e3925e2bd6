// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares paths with templates, in which a segment in braces is a variable. */
public final class PathTemplate {

  private PathTemplate() {}

  /** The values of a template's variables, as far as both path and template go. */
  public static Map<String, String> variables(@Nullable String path, @Nullable String template) {
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

  /** Whether a path has as many segments as a template and equals its constants. */
  public static boolean matches(String path, String template) {
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
    return Links.normalize(path).split(UriVocabulary.URI_PATH_CHAR, -1);
  }
}
