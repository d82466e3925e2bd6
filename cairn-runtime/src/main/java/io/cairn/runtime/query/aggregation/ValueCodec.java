// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.store.search.GroupValue;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.math.BigDecimal;

/** The bytes of values, for other nodes. */
public final class ValueCodec {
  private static final int NONE = 0;
  private static final int WHOLE = 1;
  private static final int FRACTION = 2;
  private static final int DECIMAL = 3;
  private static final int TEXT = 4;

  private ValueCodec() {}

  /** Writes a value. */
  public static void put(WireWriter out, GroupValue value) {
    switch (value.number()) {
      case Long whole -> out.u8(WHOLE).i64(whole);
      case Double fraction -> out.u8(FRACTION).i64(Double.doubleToLongBits(fraction));
      case null -> {
        byte[] text = value.utf8();
        if (text == null) {
          out.u8(NONE);
        } else {
          out.u8(TEXT).bytes(text);
        }
      }
      default -> out.u8(DECIMAL).text(value.number().toString());
    }
  }

  /** Reads one. */
  public static GroupValue read(WireReader in) {
    int kind = in.u8();
    return switch (kind) {
      case NONE -> GroupValue.NONE;
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
