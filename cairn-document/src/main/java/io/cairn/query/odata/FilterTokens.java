// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import java.util.ArrayList;
import java.util.List;

/** Splits a filter into parentheses, quoted values and words. Confined to one call. */
final class FilterTokens {
  static final int MAX_LENGTH = 64 * 1024;

  /** What a token is. */
  enum TokenType {
    OPEN,
    CLOSE,
    QUOTED,
    WORD,
    END
  }

  /**
   * One token.
   *
   * @param text the word, or the value without its quotes
   * @param column where it starts, from 1
   */
  record Token(TokenType type, String text, int column) {
    String describe() {
      return switch (type) {
        case OPEN -> "'('";
        case CLOSE -> "')'";
        case QUOTED -> "the value '" + text + "'";
        case WORD -> "'" + text + "'";
        case END -> "the end";
      };
    }
  }

  private final String filter;
  private final List<Token> tokens = new ArrayList<>();

  private FilterTokens(String filter) {
    this.filter = filter;
  }

  static List<Token> of(String filter) {
    if (filter.length() > MAX_LENGTH) {
      throw new ODataSyntaxException("$filter is longer than " + MAX_LENGTH + " characters");
    }
    FilterTokens lexer = new FilterTokens(filter);
    int pos = 0;
    while (pos < filter.length()) {
      pos = lexer.next(pos);
    }
    lexer.tokens.add(new Token(TokenType.END, "", filter.length() + 1));
    return lexer.tokens;
  }

  private int next(int pos) {
    char c = filter.charAt(pos);
    if (Character.isWhitespace(c)) {
      return pos + 1;
    }
    return switch (c) {
      case '(' -> add(TokenType.OPEN, "(", pos, pos + 1);
      case ')' -> add(TokenType.CLOSE, ")", pos, pos + 1);
      case '\'' -> quoted(pos);
      default -> word(pos);
    };
  }

  /** A quote inside a quoted value is written twice. */
  private int quoted(int start) {
    StringBuilder value = new StringBuilder();
    int pos = start + 1;
    while (pos < filter.length()) {
      char c = filter.charAt(pos);
      if (c != '\'') {
        value.append(c);
        pos++;
      } else if (pos + 1 < filter.length() && filter.charAt(pos + 1) == '\'') {
        value.append('\'');
        pos += 2;
      } else {
        return add(TokenType.QUOTED, value.toString(), start, pos + 1);
      }
    }
    throw ODataSyntaxException.at(filter.length() + 1, "a closing quote", "the end");
  }

  private int word(int start) {
    int pos = start;
    while (pos < filter.length() && isWordCharacter(filter.charAt(pos))) {
      pos++;
    }
    if (pos == start) {
      throw ODataSyntaxException.at(
          start + 1, "a name, a value or a parenthesis", "'" + filter.charAt(start) + "'");
    }
    return add(TokenType.WORD, filter.substring(start, pos), start, pos);
  }

  private int add(TokenType type, String text, int start, int end) {
    tokens.add(new Token(type, text, start + 1));
    return end;
  }

  private static boolean isWordCharacter(char c) {
    return Character.isLetterOrDigit(c) || "-._~%!$&*+;:@/".indexOf(c) >= 0;
  }
}
