// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import org.jspecify.annotations.Nullable;

/**
 * How many versions of a document are kept: when its version reaches the limit, and then each time
 * it has grown by (limit - floor), those up to (version - floor) are dropped.
 *
 * @param limit the version at which trimming begins; 0 or less keeps all
 * @param floor how many versions trimming leaves
 */
public record Retention(long limit, long floor) {
  private static final String IMMUTABLE = "IMMUTABLE";

  public static Retention of(@Nullable ServiceDocumentDescription description) {
    if (description == null) {
      return new Retention(
          ServiceDocumentDescription.DEFAULT_VERSION_RETENTION_LIMIT,
          ServiceDocumentDescription.DEFAULT_VERSION_RETENTION_FLOOR);
    }
    if (description.serviceCapabilities != null
        && description.serviceCapabilities.contains(IMMUTABLE)) {
      return new Retention(0, 0);
    }
    return new Retention(description.versionRetentionLimit, description.versionRetentionFloor);
  }

  /**
   * The highest version to drop now that a document's version went from {@code lowest} to {@code
   * current}, or -1 when nothing is due.
   */
  public long trimmed(long lowest, long current) {
    if (limit <= 0 || current < limit) {
      return -1;
    }
    long left = Math.clamp(floor, 1, limit);
    long step = Math.max(1, limit - left);
    long lastDue = limit + (current - limit) / step * step;
    return lastDue >= lowest ? current - left : -1;
  }
}
