// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.NumberDeserializers;

/**
 * Readers of floating point fields. A number that is too large for one is an error: it would become
 * infinity, which JSON does not have. The words that stand for it are read as they are written.
 */
public final class FiniteNumbers {
  private FiniteNumbers() {}

  /** Reads doubles. */
  public static final class DoubleReader extends NumberDeserializers.DoubleDeserializer {
    public DoubleReader(Class<Double> type, @Nullable Double absent) {
      super(type, absent);
    }

    @Override
    public @Nullable Double deserialize(JsonParser in, DeserializationContext context) {
      String text = in.currentToken().isScalarValue() ? in.getString() : "";
      Double value = super.deserialize(in, context);
      return value != null && value.isInfinite() && isDigits(text)
          ? (Double) context.handleWeirdNumberValue(Double.class, value, TOO_LARGE)
          : value;
    }
  }

  /** Reads floats. */
  public static final class FloatReader extends NumberDeserializers.FloatDeserializer {
    public FloatReader(Class<Float> type, @Nullable Float absent) {
      super(type, absent);
    }

    @Override
    public @Nullable Float deserialize(JsonParser in, DeserializationContext context) {
      String text = in.currentToken().isScalarValue() ? in.getString() : "";
      Float value = super.deserialize(in, context);
      return value != null && value.isInfinite() && isDigits(text)
          ? (Float) context.handleWeirdNumberValue(Float.class, value, TOO_LARGE)
          : value;
    }
  }

  static final String TOO_LARGE = "number too large for this field";

  /** The same of a number that fits nowhere: its exponent is larger than a decimal can have. */
  public static final String BEYOND_ALL = "a number has an exponent that is too large";

  private static boolean isDigits(String text) {
    return text.chars().anyMatch(c -> c >= '0' && c <= '9');
  }
}
