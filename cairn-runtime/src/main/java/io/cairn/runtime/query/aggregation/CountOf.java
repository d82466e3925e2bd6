// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;

/** How many documents have a value. */
final class CountOf extends Accumulator {
  private long count;

  CountOf(int property) {
    super(property);
  }

  @Override
  void add(ScannedDocument document) {
    count += values(document).isEmpty() ? 0 : 1;
  }

  @Override
  void write(WireWriter out) {
    out.i64(count);
  }

  @Override
  void merge(WireReader in) {
    count += in.index();
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    result.value = count;
    return result;
  }
}
