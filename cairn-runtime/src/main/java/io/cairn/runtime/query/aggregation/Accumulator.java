// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.math.BigDecimal;
import java.util.List;

/**
 * What is known so far of one question about one property. What several have found out of different
 * documents can be put together, in any order, and is what one would have found out of all. Used by
 * one thread at a time.
 */
abstract sealed class Accumulator permits CountOf, Extreme, Total, Percentiles, Distinct, Buckets {

  private final int property;

  /** Begins with nothing, about a property of scanned documents. */
  Accumulator(int property) {
    this.property = property;
  }

  /** The values that a document has of the property. */
  final List<GroupValue> values(ScannedDocument document) {
    return document.values(property);
  }

  /** Takes a document into account. */
  abstract void add(ScannedDocument document);

  /** Writes what is known. */
  abstract void write(WireWriter out);

  /** Adds what another has written. */
  abstract void merge(WireReader in);

  /** The answer. */
  abstract AggregationResult result();

  private static final int WHOLE = 1;
  private static final int FRACTION = 2;
  private static final int DECIMAL = 3;
  private static final int TEXT = 4;

  static void putValue(WireWriter out, GroupValue value) {
    switch (value.number()) {
      case Long whole -> out.u8(WHOLE).i64(whole);
      case Double fraction -> out.u8(FRACTION).i64(Double.doubleToLongBits(fraction));
      case null -> {
        byte[] text = value.utf8();
        if (text == null) {
          throw new IllegalArgumentException("what has no value is in no answer");
        }
        out.u8(TEXT).bytes(text);
      }
      default -> out.u8(DECIMAL).text(value.number().toString());
    }
  }

  static GroupValue value(WireReader in) {
    int kind = in.u8();
    return switch (kind) {
      case WHOLE -> GroupValue.of(in.i64());
      case FRACTION -> GroupValue.of(Double.longBitsToDouble(in.i64()));
      case DECIMAL -> GroupValue.of(decimal(in));
      case TEXT -> GroupValue.ofText(in.bytes(Integer.MAX_VALUE));
      default -> throw new MalformedException("a value of kind " + kind + " is not known here");
    };
  }

  static BigDecimal decimal(WireReader in) {
    try {
      return new BigDecimal(in.text());
    } catch (NumberFormatException e) {
      throw new MalformedException("a number is none");
    }
  }
}
