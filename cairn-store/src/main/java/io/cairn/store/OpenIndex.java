// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.ExpiredLinks;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.util.NumericUtils;

/**
 * The index that a store has at present, and how it is read. A store may replace it as a whole; who
 * asks takes it once for each question.
 */
record OpenIndex(PartitionRuntime runtime, LatestDocuments latest) {

  static OpenIndex start(PartitionRuntime runtime, StoreOptions options) {
    LatestDocuments latest = new LatestDocuments(runtime, options.cacheBytes());
    runtime.start(latest);
    return new OpenIndex(runtime, latest);
  }

  PendingWrites pending() {
    return runtime.pending();
  }

  List<DocumentVersion> versions(String link) {
    return versions(link, runtime.acquireCurrent());
  }

  /** The versions of a link that a reader shows, which is given back. */
  List<DocumentVersion> versions(String link, DirectoryReader reader) {
    try {
      List<DocumentVersion> versions = new ArrayList<>();
      for (StoredForm.Entry entry : LinkLookup.all(reader, link)) {
        versions.add(entry.document());
      }
      return versions;
    } catch (IOException e) {
      throw runtime.health().readFailure("reading the versions of " + link, e);
    } finally {
      runtime.giveBack(reader);
    }
  }

  List<String> expired(long nowMicros, int limit) {
    if (!pending().takeExpiring()) {
      // What expires is in the present searcher: no need to pay for a new one, usually.
      List<String> none = expired(runtime.acquire(), nowMicros, limit);
      if (none.isEmpty()) {
        return none;
      }
    }
    return expired(runtime.acquireCurrent(), nowMicros, limit);
  }

  private List<String> expired(DirectoryReader reader, long nowMicros, int limit) {
    try {
      return ExpiredLinks.find(reader, nowMicros, limit);
    } catch (IOException e) {
      throw runtime.health().readFailure("looking for expired documents", e);
    } finally {
      runtime.giveBack(reader);
    }
  }

  /** The highest update time of the versions that were indexed or applied. */
  long highestUpdateTime() {
    DirectoryReader reader = runtime.acquire();
    try {
      byte[] highest = PointValues.getMaxPackedValue(reader, IndexFields.UPDATE_TIME_NUMBER);
      long indexed = highest == null ? 0 : NumericUtils.sortableBytesToLong(highest, 0);
      return Math.max(indexed, pending().highestUpdateTime());
    } catch (IOException e) {
      throw runtime.health().readFailure("looking for the highest update time", e);
    } finally {
      runtime.giveBack(reader);
    }
  }
}
