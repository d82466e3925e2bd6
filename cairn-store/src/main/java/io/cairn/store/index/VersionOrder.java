// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.util.Comparator;

/** Which of two versions of a document is newer. */
public final class VersionOrder {
  /** Versions that different groups gave the same link: by epoch, version and update time. */
  public static final Comparator<DocumentVersion> BY_RANK =
      Comparator.comparing(RetainedVersions.Rank::of);

  /** Versions that one log brought. */
  public static final Comparator<StoredForm.Entry> BY_LOG =
      Comparator.comparingLong(StoredForm.Entry::logIndex)
          .thenComparingInt(StoredForm.Entry::sequence);

  /** By rank; of equals, those that lost come first. */
  static final Comparator<StoredForm.Entry> BY_AGE =
      Comparator.comparing(StoredForm.Entry::document, BY_RANK)
          .thenComparing(entry -> !entry.isMerged())
          .thenComparing(BY_LOG);

  private VersionOrder() {}
}
