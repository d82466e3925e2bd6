// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Headers of one message: lower-case names, one value each, line breaks stripped so that no value
 * can forge another header. Not thread-safe: an operation is touched by one handler at a time.
 */
public final class OperationHeaders {
  private static final char PRAGMA_SEPARATOR = ';';
  private static final Pattern SEPARATORS = Pattern.compile("[;,]");

  private final Map<String, String> values;

  public OperationHeaders() {
    this.values = new LinkedHashMap<>(8);
  }

  public OperationHeaders(OperationHeaders other) {
    this.values = new LinkedHashMap<>(other.values);
  }

  public Map<String, String> values() {
    return values;
  }

  public @Nullable String get(String name) {
    String exact = values.get(name);
    return exact != null ? exact : values.get(normalName(name));
  }

  public @Nullable String getAsIs(String name) {
    return values.get(name);
  }

  public void put(String name, String value) {
    values.put(normalName(withoutLineBreaks(name)), withoutLineBreaks(value).strip());
  }

  public void putAsIs(String name, String value) {
    values.put(name, withoutLineBreaks(value));
  }

  public void putLine(String line) {
    int colon = line.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not a header line: " + withoutLineBreaks(line));
    }
    put(line.substring(0, colon).strip(), line.substring(colon + 1));
  }

  public @Nullable String remove(String name) {
    return values.remove(normalName(name));
  }

  static String normalName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ((c >= 'A' && c <= 'Z') || c > 127) {
        return name.toLowerCase(Locale.ROOT);
      }
    }
    return name;
  }

  public static String withoutLineBreaks(String value) {
    if (value.indexOf('\r') < 0 && value.indexOf('\n') < 0) {
      return value;
    }
    return value.replace("\r", "").replace("\n", "");
  }

  /** Whether {@code list} (semicolon separated) holds {@code directive} as a whole token. */
  public static boolean hasDirective(@Nullable String list, String directive) {
    if (list == null) {
      return false;
    }
    int from = 0;
    while (true) {
      int at = list.indexOf(directive, from);
      if (at < 0) {
        return false;
      }
      if (isTokenStart(list, at) && isTokenEnd(list, at + directive.length())) {
        return true;
      }
      from = at + 1;
    }
  }

  public void addDirective(String directive) {
    String present = values.get(OperationVocabulary.PRAGMA_HEADER);
    if (present == null || present.isEmpty()) {
      putAsIs(OperationVocabulary.PRAGMA_HEADER, directive);
    } else if (!hasDirective(present, directive)) {
      putAsIs(OperationVocabulary.PRAGMA_HEADER, present + PRAGMA_SEPARATOR + directive);
    }
  }

  public void removeDirective(String directive) {
    String present = values.get(OperationVocabulary.PRAGMA_HEADER);
    if (!hasDirective(present, directive) || present == null) {
      return;
    }
    StringBuilder rest = new StringBuilder(present.length());
    for (String part : SEPARATORS.split(present, -1)) {
      String token = part.strip();
      if (!token.isEmpty() && !token.equals(directive)) {
        rest.append(rest.isEmpty() ? "" : ";").append(token);
      }
    }
    if (rest.isEmpty()) {
      values.remove(OperationVocabulary.PRAGMA_HEADER);
    } else {
      values.put(OperationVocabulary.PRAGMA_HEADER, rest.toString());
    }
  }

  private static boolean isTokenStart(String list, int at) {
    int i = at - 1;
    while (i >= 0 && list.charAt(i) == ' ') {
      i--;
    }
    return i < 0 || list.charAt(i) == PRAGMA_SEPARATOR || list.charAt(i) == ',';
  }

  private static boolean isTokenEnd(String list, int end) {
    int i = end;
    while (i < list.length() && list.charAt(i) == ' ') {
      i++;
    }
    return i >= list.length() || list.charAt(i) == PRAGMA_SEPARATOR || list.charAt(i) == ',';
  }
}
