// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
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
}
