// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.json.JsonLimits;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads whole numbers: also from strings, and from decimals without a fraction ({@code 7.0}), which
 * some clients write. A fraction or an overflow is an error, never rounded.
 */
final class WholeNumberReader<T> extends ValueDeserializer<T> {
  /** Beyond this exponent a decimal is no long; stops {@code 1e999999999} from being expanded. */
  private static final int MAX_EXPONENT = 20;

  private final Class<T> type;
  private final boolean isLong;

  WholeNumberReader(Class<T> type) {
    this.type = type;
    this.isLong = type == Long.class || type == Long.TYPE;
  }

  @Override
  public T deserialize(JsonParser in, DeserializationContext context) {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return isLong ? boxed(in.getLongValue()) : boxed(in.getIntValue());
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_STRING) {
      return parse(in.getString().strip(), context);
    }
    return cast(context.handleUnexpectedToken(type, in));
  }

  @Override
  public @Nullable Object getNullValue(DeserializationContext context) {
    if (!type.isPrimitive()) {
      return null;
    }
    return isLong ? (Object) 0L : (Object) 0;
  }

  private T parse(String text, DeserializationContext context) {
    try {
      if (text.length() <= JsonLimits.MAX_NUMBER_LENGTH) {
        BigDecimal number = new BigDecimal(text);
        if (number.precision() - number.scale() <= MAX_EXPONENT
            && number.scale() <= JsonLimits.MAX_NUMBER_LENGTH) {
          return isLong ? boxed(number.longValueExact()) : boxed(number.intValueExact());
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Answered below: as for any other text that is no such number.
    }
    String wanted = isLong ? "not a whole number of 64 bits" : "not a whole number of 32 bits";
    return cast(context.handleWeirdStringValue(type, text, wanted));
  }

  @SuppressWarnings("unchecked") // primitive classes cannot cast; the factory pairs T with isLong
  private T cast(@Nullable Object value) {
    return (T) Objects.requireNonNull(value);
  }

  private T boxed(Number number) {
    return cast(number);
  }
}
