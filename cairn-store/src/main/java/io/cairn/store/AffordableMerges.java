// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreRoom;
import java.io.IOException;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out merges that the disk has no room for: merging writes everything once more before it
 * frees anything. They are found again later, when there may be room.
 */
final class AffordableMerges extends FilterMergePolicy {

  /** A merge takes at most one part in so many of what is free. */
  private static final int SHARE = 8;

  private final StoreRoom room;

  AffordableMerges(MergePolicy merges, StoreRoom room) {
    super(merges);
    this.room = room;
  }

  @Override
  public @Nullable MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos infos, MergeContext context) throws IOException {
    MergeSpecification found = in.findMerges(trigger, infos, context);
    if (found == null) {
      return null;
    }
    MergeSpecification affordable = new MergeSpecification();
    long free = room.free() / SHARE;
    for (OneMerge merge : found.merges) {
      long bytes = 0;
      for (var segment : merge.segments) {
        bytes += size(segment, context);
      }
      if (bytes <= free) {
        free -= bytes;
        affordable.add(merge);
      }
    }
    return affordable.merges.isEmpty() ? null : affordable;
  }
}
