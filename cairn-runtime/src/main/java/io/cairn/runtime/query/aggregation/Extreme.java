// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/** The smallest or the largest number. */
final class Extreme extends Accumulator {
  private final boolean largest;
  private @Nullable GroupValue found;

  Extreme(int property, boolean largest) {
    super(property);
    this.largest = largest;
  }

  @Override
  void add(ScannedDocument document) {
    for (GroupValue value : values(document)) {
      if (value.number() != null) {
        offer(value);
      }
    }
  }

  private void offer(GroupValue value) {
    if (found == null || largest == value.compareTo(found) > 0) {
      found = value;
    }
  }

  @Override
  void write(WireWriter out) {
    out.optional(found, ValueCodec::put);
  }

  @Override
  void merge(WireReader in) {
    GroupValue other = in.optional(ValueCodec::read);
    if (other != null) {
      offer(other);
    }
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    result.value = found == null ? null : (Number) found.shown();
    return result;
  }
}
