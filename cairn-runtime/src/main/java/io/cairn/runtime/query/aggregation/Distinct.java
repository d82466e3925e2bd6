// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many different values there are. As long as there are few, the 64 bits of the hash of each
 * are kept: two values would have to share them for the count to be wrong. Of more values a
 * HyperLogLog is kept (Flajolet et al., 2007), estimated as by O. Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches", 2017. Which of both depends on how many there are in all,
 * and on nothing else.
 */
final class Distinct extends Accumulator {
  /** 2^14 registers. */
  private static final int PRECISION = 14;

  private static final int REGISTERS = 1 << PRECISION;

  /** The highest value of a register: one more than the bits of a hash that choose none. */
  private static final int HIGHEST = Long.SIZE - PRECISION + 1;

  /** The standard error of an estimate, as a share of it. */
  static final double RELATIVE_ERROR = 1.04 / (1 << (PRECISION / 2));

  private static final int HASH_BYTES = 56;

  private final int limit;
  private final AggregationMemory memory;

  /** The hashes of all values; null if there are too many. */
  private @Nullable Set<Long> hashes = new HashSet<>();

  private byte[] registers = {};

  /**
   * Begins with no values.
   *
   * @param limit how many values are counted exactly
   */
  Distinct(int property, int limit, AggregationMemory memory) {
    super(property);
    this.limit = limit;
    this.memory = memory;
  }

  @Override
  void add(ScannedDocument document) {
    for (GroupValue value : values(document)) {
      add(value.hash64());
    }
  }

  private void add(long hash) {
    Set<Long> kept = hashes;
    if (kept == null) {
      register(hash);
    } else if (kept.add(hash)) {
      memory.take(HASH_BYTES);
      if (kept.size() > limit) {
        toRegisters(kept);
      }
    }
  }

  private void toRegisters(Set<Long> kept) {
    hashes = null;
    registers = new byte[REGISTERS];
    memory.take(REGISTERS);
    memory.give((long) HASH_BYTES * kept.size());
    kept.forEach(this::register);
  }

  private void register(long hash) {
    int register = (int) (hash >>> (Long.SIZE - PRECISION));
    int rank = Math.min(Long.numberOfLeadingZeros(hash << PRECISION) + 1, HIGHEST);
    registers[register] = (byte) Math.max(registers[register], rank);
  }

  @Override
  void write(WireWriter out) {
    Set<Long> kept = hashes;
    out.flag(kept != null);
    if (kept != null) {
      out.items(kept, WireWriter::i64);
    } else {
      out.bytes(registers);
    }
  }

  @Override
  void merge(WireReader in) {
    if (in.flag()) {
      for (int left = in.count(Integer.MAX_VALUE, Long.BYTES); left > 0; left--) {
        add(in.i64());
      }
      return;
    }
    if (hashes != null) {
      toRegisters(hashes);
    }
    byte[] others = in.bytes(REGISTERS);
    MalformedException.require(others.length == REGISTERS, "an estimate has too few registers");
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = (byte) Math.max(registers[i], Math.clamp(others[i], 0, HIGHEST));
    }
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    if (hashes != null) {
      result.value = (long) hashes.size();
    } else {
      result.value = Math.round(estimate());
      result.relativeError = RELATIVE_ERROR;
    }
    return result;
  }

  private double estimate() {
    int[] counts = new int[HIGHEST + 1];
    for (byte register : registers) {
      counts[register]++;
    }
    double z = REGISTERS * tau((double) (REGISTERS - counts[HIGHEST]) / REGISTERS);
    for (int i = HIGHEST - 1; i >= 1; i--) {
      z = 0.5 * (z + counts[i]);
    }
    z += REGISTERS * sigma((double) counts[0] / REGISTERS);
    return REGISTERS / (2 * Math.log(2)) * REGISTERS / z;
  }

  /** Ertl's correction for values beyond the hash. */
  private static double tau(double share) {
    double x = share;
    if (x <= 0 || x >= 1) {
      return 0;
    }
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (before != z);
    return z / 3;
  }

  /** Ertl's correction for registers that have seen no value. */
  private static double sigma(double share) {
    double x = share;
    if (x >= 1) {
      return Double.POSITIVE_INFINITY;
    }
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (before != z);
    return z;
  }
}
