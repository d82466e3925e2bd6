// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.query.Numbers;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The sum of all numbers, or their mean. It is added up in decimals, as the numbers are written, so
 * that neither their order nor the nodes that hold them matter, and 0.1 and 0.2 are 0.3.
 */
final class Total extends Accumulator {
  /** Numbers from 1E-1000 to 1E1000 are added: one beyond would need as many digits. */
  static final int MAX_EXPONENT = 1_000;

  private static final MathContext SHOWN = new MathContext(100, RoundingMode.HALF_EVEN);

  /** Most fractions are ten thousandths, which are added without decimals. */
  private static final double PARTS = 1e4;

  private static final int PART_DIGITS = 4;

  /** Below it a number of ten thousandths has no more digits than a double tells apart. */
  private static final double EXACT_PARTS = 1e15;

  private final boolean mean;
  private long count;
  private long whole;
  private long parts;
  private BigDecimal others = BigDecimal.ZERO;

  Total(int property, boolean mean) {
    super(property);
    this.mean = mean;
  }

  @Override
  void add(ScannedDocument document) {
    for (GroupValue value : values(document)) {
      Number number = value.number();
      if (number != null) {
        count++;
        add(number);
      }
    }
  }

  private void add(Number number) {
    if (number instanceof Long more) {
      long sum = whole + more;
      if (((whole ^ sum) & (more ^ sum)) < 0) {
        others = others.add(BigDecimal.valueOf(whole));
        sum = more;
      }
      whole = sum;
    } else if (!(number instanceof Double fraction && isAddedInParts(fraction))) {
      others = others.add(bounded(Numbers.exact(number)));
    }
  }

  private boolean isAddedInParts(double fraction) {
    double scaled = fraction * PARTS;
    if (!(Math.abs(scaled) < EXACT_PARTS)) {
      return false;
    }
    long more = Math.round(scaled);
    if (more / PARTS != fraction) {
      return false;
    }
    if (Math.abs(parts) > Long.MAX_VALUE / 2) {
      others = others.add(BigDecimal.valueOf(parts, PART_DIGITS));
      parts = 0;
    }
    parts += more;
    return true;
  }

  /** A number that takes no more digits than are good for a host. */
  static BigDecimal bounded(BigDecimal number) {
    if (number.signum() != 0) {
      long exponent = (long) number.precision() - number.scale();
      if (Math.abs(exponent) > MAX_EXPONENT || number.scale() > 2 * MAX_EXPONENT) {
        throw new IllegalArgumentException(
            "Numbers up to 1E%d can be added up or divided, and a document has one beyond"
                .formatted(MAX_EXPONENT));
      }
    }
    return number;
  }

  private BigDecimal sum() {
    return others.add(BigDecimal.valueOf(whole)).add(BigDecimal.valueOf(parts, PART_DIGITS));
  }

  @Override
  void write(WireWriter out) {
    out.i64(count).text(sum().toString());
  }

  @Override
  void merge(WireReader in) {
    count += in.index();
    others = others.add(ValueCodec.decimal(in));
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    BigDecimal sum = sum();
    if (!mean) {
      result.value = shown(sum);
    } else if (count > 0) {
      BigDecimal quotient = sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128);
      double nearest = quotient.doubleValue();
      result.value = Double.isInfinite(nearest) ? quotient : (Number) nearest;
    }
    return result;
  }

  /** Without zeros at its end, and with those before its point. */
  private static Number shown(BigDecimal sum) {
    return (Number) GroupValue.of(sum.round(SHOWN)).shown();
  }
}
