// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of certain ranks: of the share p of n numbers the one of rank p n / 100, rounded up. As
 * long as there are few, all are kept and the answer is exact. Of more only their leading bits are
 * counted (as in HdrHistogram, G. Tene), so that an answer is off by 1/256 of itself at most. Which
 * of both depends on how many there are in all, and on nothing else.
 */
final class Percentiles extends Accumulator {
  /** The most that the answer differs, as a share of it. */
  static final double RELATIVE_ERROR = 1.0 / 256;

  /** Of a double: sign, exponent, and seven bits of the fraction. */
  private static final int DROPPED_BITS = 45;

  private static final int NUMBER_BYTES = 48;
  private static final int BIN_BYTES = 72;

  private final List<Double> percents;
  private final int limit;
  private final AggregationMemory memory;

  private long count;

  /** All numbers; null if there are too many. */
  private @Nullable List<GroupValue> numbers = new ArrayList<>();

  private final TreeMap<Integer, Long> bins = new TreeMap<>();

  /**
   * Begins with no numbers.
   *
   * @param limit how many numbers are kept
   */
  Percentiles(int property, List<Double> percents, int limit, AggregationMemory memory) {
    super(property);
    this.percents = percents;
    this.limit = limit;
    this.memory = memory;
  }

  @Override
  void add(ScannedDocument document) {
    for (GroupValue value : values(document)) {
      if (value.number() != null) {
        add(value);
      }
    }
  }

  private void add(GroupValue value) {
    count++;
    List<GroupValue> kept = numbers;
    if (kept == null) {
      count(binOf(value), 1);
    } else if (kept.size() < limit) {
      memory.take(NUMBER_BYTES);
      kept.add(value);
    } else {
      toBins(kept);
      count(binOf(value), 1);
    }
  }

  private void toBins(List<GroupValue> kept) {
    numbers = null;
    memory.give((long) NUMBER_BYTES * kept.size());
    kept.forEach(each -> count(binOf(each), 1));
  }

  private void count(int bin, long times) {
    if (bins.merge(bin, times, Long::sum) == times) {
      memory.take(BIN_BYTES);
    }
  }

  /** Bins are in the order of their numbers. */
  private static int binOf(GroupValue value) {
    Number number = value.number();
    double nearest = number == null ? 0 : number.doubleValue();
    double finite = Math.clamp(nearest, -Double.MAX_VALUE, Double.MAX_VALUE);
    return (int) (sortable(Double.doubleToLongBits(finite + 0.0)) >> DROPPED_BITS);
  }

  /** The middle of a bin. */
  private static double middle(int bin) {
    long first = (long) bin << DROPPED_BITS;
    double low = Double.longBitsToDouble(sortable(first));
    double high = Double.longBitsToDouble(sortable(first | ((1L << DROPPED_BITS) - 1)));
    return bin == 0 ? 0 : low + (high - low) / 2;
  }

  /** The bits of a double as a number in the order of the doubles, and back. */
  private static long sortable(long bits) {
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  @Override
  void write(WireWriter out) {
    List<GroupValue> kept = numbers;
    out.flag(kept != null);
    if (kept != null) {
      out.items(kept, ValueCodec::put);
    } else {
      out.items(bins.entrySet(), (to, bin) -> to.i32(bin.getKey()).i64(bin.getValue()));
    }
  }

  @Override
  void merge(WireReader in) {
    if (in.flag()) {
      for (int left = in.count(Integer.MAX_VALUE, 2); left > 0; left--) {
        add(ValueCodec.read(in));
      }
      return;
    }
    if (numbers != null) {
      toBins(numbers);
    }
    for (int left = in.count(Integer.MAX_VALUE, 2); left > 0; left--) {
      int bin = in.i32();
      long times = in.index();
      count += times;
      count(bin, times);
    }
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    Map<String, Number> shown = new LinkedHashMap<>();
    List<GroupValue> kept = numbers;
    if (kept != null) {
      kept.sort(Comparator.naturalOrder());
    } else {
      result.relativeError = RELATIVE_ERROR;
    }
    for (Double percent : count == 0 ? List.<Double>of() : percents) {
      long rank = rank(percent);
      shown.put(
          BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString(),
          kept == null ? ofBins(rank) : (Number) kept.get((int) rank - 1).shown());
    }
    result.percentiles = shown;
    return result;
  }

  private long rank(double percent) {
    long rank =
        BigDecimal.valueOf(percent)
            .multiply(BigDecimal.valueOf(count))
            .divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING)
            .longValue();
    return Math.max(1, rank);
  }

  private double ofBins(long rank) {
    long before = 0;
    for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
      before += bin.getValue();
      if (before >= rank) {
        return middle(bin.getKey());
      }
    }
    throw new IllegalStateException("there are " + before + " numbers, and none of rank " + rank);
  }
}
