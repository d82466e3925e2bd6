// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the lenient dialect that clients of the predecessor use to strict JSON: names and values
 * without quotes, {@code =} or {@code =>} for the colon, {@code ;} for the comma, single quotes,
 * and comments ({@code //}, {@code #}, and between slash-star and star-slash). A separator before a
 * closing bracket is ignored. Only objects and arrays count as a whole body. Confined to one call.
 */
public final class LenientJson {
  private static final Pattern LITERAL =
      Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private static final String ENDS_BARE_WORD = "{}[]:,;=#\"'\\";

  /** Thrown inside only: the text is not of the dialect either. */
  private static final class NotLenientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotLenientException() {
      super("not lenient JSON", null, false, false);
    }
  }

  private final String in;
  private final StringBuilder out;
  private int pos;

  private LenientJson(String in) {
    this.in = in;
    this.out = new StringBuilder(in.length() + 32);
  }

  /** Returns strict JSON, or null when {@code text} is not of the dialect. */
  public static @Nullable String toStrict(String text) {
    LenientJson rewriter = new LenientJson(text);
    try {
      rewriter.skipBlanks();
      char first = rewriter.peek();
      if (first != '{' && first != '[') {
        return null;
      }
      rewriter.value(0);
      rewriter.skipBlanks();
      return rewriter.pos == text.length() ? rewriter.out.toString() : null;
    } catch (NotLenientException e) {
      return null;
    }
  }

  private void value(int depth) {
    if (depth > JsonLimits.MAX_DEPTH) {
      throw new NotLenientException();
    }
    skipBlanks();
    switch (peek()) {
      case '{' -> members('}', depth);
      case '[' -> members(']', depth);
      case '"', '\'' -> quoted();
      default -> bareWord(false);
    }
  }

  /** Rewrites the inside of an object or array, brackets included. */
  private void members(char close, int depth) {
    out.append(in.charAt(pos++));
    boolean first = true;
    skipBlanks();
    while (peek() != close) {
      if (!first) {
        out.append(',');
      }
      first = false;
      if (close == '}') {
        name();
      }
      value(depth + 1);
      skipBlanks();
      if (peek() == ',' || peek() == ';') {
        pos++;
        skipBlanks();
      } else if (peek() != close) {
        throw new NotLenientException();
      }
    }
    pos++;
    out.append(close);
  }

  private void name() {
    if (peek() == '"' || peek() == '\'') {
      quoted();
    } else {
      bareWord(true);
    }
    skipBlanks();
    if (peek() == ':') {
      pos++;
    } else if (peek() == '=') {
      pos++;
      if (pos < in.length() && in.charAt(pos) == '>') {
        pos++;
      }
    } else {
      throw new NotLenientException();
    }
    out.append(':');
  }

  private void bareWord(boolean isName) {
    int start = pos;
    while (pos < in.length() && isBare(in.charAt(pos))) {
      pos++;
    }
    if (pos == start) {
      throw new NotLenientException();
    }
    String word = in.substring(start, pos);
    if (!isName && LITERAL.matcher(word).matches()) {
      out.append(word);
    } else {
      out.append('"').append(word).append('"');
    }
  }

  private boolean isBare(char c) {
    boolean startsComment =
        c == '/'
            && pos + 1 < in.length()
            && (in.charAt(pos + 1) == '/' || in.charAt(pos + 1) == '*');
    return c > ' ' && ENDS_BARE_WORD.indexOf(c) < 0 && !startsComment;
  }

  private void quoted() {
    char quote = in.charAt(pos++);
    out.append('"');
    while (peek() != quote) {
      char c = in.charAt(pos++);
      if (c == '\\') {
        escape();
      } else if (c == '"') {
        out.append("\\\"");
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    pos++;
    out.append('"');
  }

  private void escape() {
    char escaped = peek();
    pos++;
    if (escaped != '\'') {
      out.append('\\');
    }
    // Wrong escapes stay wrong: the strict parser refuses them.
    out.append(escaped);
  }

  private void skipBlanks() {
    while (pos < in.length()) {
      char c = in.charAt(pos);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\uFEFF') {
        pos++;
      } else if (c == '#' || in.startsWith("//", pos)) {
        int end = in.indexOf('\n', pos);
        pos = end < 0 ? in.length() : end + 1;
      } else if (in.startsWith("/*", pos)) {
        int end = in.indexOf("*/", pos + 2);
        if (end < 0) {
          throw new NotLenientException();
        }
        pos = end + 2;
      } else {
        return;
      }
    }
  }

  private char peek() {
    if (pos >= in.length()) {
      throw new NotLenientException();
    }
    return in.charAt(pos);
  }
}
