// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.query.odata.FilterExpression.And;
import io.cairn.query.odata.FilterExpression.Comparison;
import io.cairn.query.odata.FilterExpression.Not;
import io.cairn.query.odata.FilterExpression.Operator;
import io.cairn.query.odata.FilterExpression.Or;
import io.cairn.query.odata.FilterTokens.Token;
import io.cairn.query.odata.FilterTokens.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Parses filters by recursive descent: {@code or} binds weaker than {@code and}, {@code and} weaker
 * than {@code not}. Words of the grammar may be written in any case. Confined to one call.
 */
final class FilterParser {
  private static final int MAX_DEPTH = 50;

  private final List<Token> tokens;
  private int index;

  private FilterParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static FilterExpression parse(String filter) {
    FilterParser parser = new FilterParser(FilterTokens.of(filter));
    FilterExpression expression = parser.or(0);
    if (parser.peek().type() != TokenType.END) {
      throw parser.unexpected("'and', 'or' or the end");
    }
    return expression;
  }

  private FilterExpression or(int depth) {
    List<FilterExpression> operands = joined("or", () -> and(depth));
    return operands.size() == 1 ? operands.getFirst() : new Or(operands);
  }

  private FilterExpression and(int depth) {
    List<FilterExpression> operands = joined("and", () -> unary(depth));
    return operands.size() == 1 ? operands.getFirst() : new And(operands);
  }

  private List<FilterExpression> joined(String word, Supplier<FilterExpression> operand) {
    List<FilterExpression> operands = new ArrayList<>();
    operands.add(operand.get());
    while (isWord(word)) {
      index++;
      operands.add(operand.get());
    }
    return operands;
  }

  private FilterExpression unary(int depth) {
    if (depth > MAX_DEPTH) {
      throw new ODataSyntaxException("$filter is nested deeper than " + MAX_DEPTH);
    }
    if (isWord("not") && operatorAt(index + 1).isEmpty()) {
      index++;
      return new Not(unary(depth + 1));
    }
    if (peek().type() == TokenType.OPEN) {
      index++;
      FilterExpression inner = or(depth + 1);
      if (peek().type() != TokenType.CLOSE) {
        throw unexpected("')'");
      }
      index++;
      return inner;
    }
    return comparison();
  }

  private FilterExpression comparison() {
    Token name = peek();
    if (name.type() != TokenType.WORD) {
      throw unexpected("a property name or '('");
    }
    index++;
    Operator operator =
        operatorAt(index).orElseThrow(() -> unexpected("one of eq, ne, lt, le, gt, ge, any, all"));
    index++;
    Token value = peek();
    if (value.type() != TokenType.WORD && value.type() != TokenType.QUOTED) {
      throw unexpected("a value");
    }
    index++;
    boolean quoted = value.type() == TokenType.QUOTED;
    return new Comparison(
        name.text().replace('/', '.'), operator, value.text(), quoted, name.column());
  }

  private Optional<Operator> operatorAt(int position) {
    if (position >= tokens.size() || tokens.get(position).type() != TokenType.WORD) {
      return Optional.empty();
    }
    return switch (tokens.get(position).text().toLowerCase(Locale.ENGLISH)) {
      case "eq" -> Optional.of(Operator.EQ);
      case "ne" -> Optional.of(Operator.NE);
      case "lt" -> Optional.of(Operator.LT);
      case "le" -> Optional.of(Operator.LE);
      case "gt" -> Optional.of(Operator.GT);
      case "ge" -> Optional.of(Operator.GE);
      case "any" -> Optional.of(Operator.ANY);
      case "all" -> Optional.of(Operator.ALL);
      default -> Optional.empty();
    };
  }

  private boolean isWord(String word) {
    return peek().type() == TokenType.WORD && peek().text().equalsIgnoreCase(word);
  }

  private Token peek() {
    return tokens.get(index);
  }

  private ODataSyntaxException unexpected(String expected) {
    return ODataSyntaxException.at(peek().column(), expected, peek().describe());
  }
}
