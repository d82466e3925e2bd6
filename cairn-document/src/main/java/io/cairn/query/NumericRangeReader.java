// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads ranges so that the bounds have the class that the range's type demands: Long, or Double for
 * DOUBLE; or BigDecimal where such would lose digits. Without a type, a bound with a fraction makes
 * the range one of doubles. A bound between two whole numbers becomes the nearest one inside the
 * range.
 */
final class NumericRangeReader extends ValueDeserializer<NumericRange<?>> {
  /** The wire form; bounds may be numbers, strings or times. */
  private record Wire(
      @Nullable TypeName type,
      @Nullable String min,
      @Nullable String max,
      boolean isMinInclusive,
      boolean isMaxInclusive) {}

  @Override
  public NumericRange<?> deserialize(JsonParser in, DeserializationContext context) {
    Wire wire = context.readValue(in, Wire.class);
    TypeName type = wire.type();
    if (type == null) {
      type = isWhole(wire.min()) && isWhole(wire.max()) ? TypeName.LONG : TypeName.DOUBLE;
    }
    try {
      NumericRange<?> range =
          type == TypeName.DOUBLE ? doubles(wire) : numbers(wire).toNarrowest(true);
      range.type = type;
      return range;
    } catch (NumberFormatException _) {
      String text = wire.min() + " to " + wire.max();
      return (NumericRange<?>)
          context.handleWeirdStringValue(NumericRange.class, text, "bounds do not fit " + type);
    }
  }

  private static NumericRange<?> doubles(Wire wire) {
    boolean finite = isFinite(wire.min()) && isFinite(wire.max());
    return finite
        ? numbers(wire).toNarrowest(false)
        : NumericRange.createDoubleRange(
            wire.min() == null ? null : Double.valueOf(wire.min()),
            wire.max() == null ? null : Double.valueOf(wire.max()),
            wire.isMinInclusive(),
            wire.isMaxInclusive());
  }

  private static boolean isFinite(@Nullable String bound) {
    return bound == null || Numbers.parse(bound) != null;
  }

  private static NumberRange numbers(Wire wire) {
    return new NumberRange(
        bound(wire.min()), wire.isMinInclusive(), bound(wire.max()), wire.isMaxInclusive());
  }

  private static boolean isWhole(@Nullable String bound) {
    BigDecimal number = bound == null ? null : Numbers.parse(bound);
    return bound == null || (number != null && Numbers.longOrNull(number) != null);
  }

  private static @Nullable BigDecimal bound(@Nullable String text) {
    BigDecimal number = text == null ? null : Numbers.parseNumberOrTime(text);
    if (text != null && number == null) {
      throw new NumberFormatException(text);
    }
    return number;
  }
}
