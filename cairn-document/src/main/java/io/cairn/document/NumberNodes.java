// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.math.BigDecimal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ValueNode;

/**
 * Makes the numbers of trees: a Long or a Double where it is the number that was written, else one
 * that keeps all its digits.
 */
final class NumberNodes extends JsonNodeFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public NumericNode numberNode(int value) {
    return numberNode((long) value);
  }

  @Override
  public ValueNode numberNode(BigDecimal value) {
    return FreeNumberReader.isDouble(value)
        ? numberNode(value.doubleValue())
        : super.numberNode(value);
  }
}
