// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import java.util.List;

/** A parsed filter. */
sealed interface FilterExpression {
  /** The comparisons of the grammar. */
  enum Operator {
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    ANY,
    ALL
  }

  /**
   * One comparison.
   *
   * @param property the name, with dots between its parts
   * @param quoted whether the value stood in quotes, which makes it text
   * @param column where it starts, from 1
   */
  record Comparison(String property, Operator operator, String value, boolean quoted, int column)
      implements FilterExpression {}

  /** All of the operands. */
  record And(List<FilterExpression> operands) implements FilterExpression {}

  /** At least one of the operands. */
  record Or(List<FilterExpression> operands) implements FilterExpression {}

  /** Not the operand. */
  record Not(FilterExpression operand) implements FilterExpression {}
}
