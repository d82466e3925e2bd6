// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.math.BigDecimal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ValueNode;

/**
 * Makes the numbers of trees: a Long or a Double where it is written with the digits that were
 * written, else one that keeps them all, as of 1.50.
 */
final class NumberNodes extends JsonNodeFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public NumericNode numberNode(int value) {
    return numberNode((long) value);
  }

  @Override
  public ValueNode numberNode(BigDecimal value) {
    double nearest = value.doubleValue();
    return FreeNumberReader.isDouble(value) && BigDecimal.valueOf(nearest).scale() == value.scale()
        ? numberNode(nearest)
        : super.numberNode(value);
  }
}
