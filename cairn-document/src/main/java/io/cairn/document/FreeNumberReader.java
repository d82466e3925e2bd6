// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads numbers where any may stand, as in a field of type Object: as Long or Double where that is
 * the number that was written, else as BigInteger or BigDecimal, which keep all its digits.
 */
final class FreeNumberReader extends ValueDeserializer<Number> {

  @Override
  public Number deserialize(JsonParser in, DeserializationContext context) {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          ? (Number) in.getBigIntegerValue()
          : (Number) in.getLongValue();
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      BigDecimal value = in.getDecimalValue();
      return isDouble(value) ? (Number) value.doubleValue() : value;
    }
    return (Number) context.handleUnexpectedToken(Number.class, in);
  }

  /** Whether a double is written with the same digits. */
  static boolean isDouble(BigDecimal value) {
    double nearest = value.doubleValue();
    return Double.isFinite(nearest) && BigDecimal.valueOf(nearest).compareTo(value) == 0;
  }
}
