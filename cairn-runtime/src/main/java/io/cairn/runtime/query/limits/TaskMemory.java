// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.limits;

import io.cairn.document.AggregationResult;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocumentQueryResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the query tasks of a node hold until they are deleted or expire: what was asked
 * and what was found. Thread-safe.
 */
public final class TaskMemory {
  /** What a task holds beside that. */
  public static final int TASK_BYTES = 4 << 10;

  /** About what a link takes. */
  public static final int LINK_BYTES = 96;

  /** About what a bucket of an aggregation takes, or another answer of one. */
  private static final int BUCKET_BYTES = 128;

  private static final int SHARE_OF_HEAP = 8;

  private final long limit;
  private final AtomicLong held = new AtomicLong();

  TaskMemory(long limit) {
    this.limit = limit;
  }

  /** An eighth of the heap. */
  public static TaskMemory ofThisMachine() {
    return new TaskMemory(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /** Returns how many bytes are held. */
  public long held() {
    return held.get();
  }

  /**
   * Counts bytes in.
   *
   * @return null, or why there is no room for them
   */
  public @Nullable String take(long bytes) {
    if (held.addAndGet(bytes) <= limit) {
      return null;
    }
    held.addAndGet(-bytes);
    return ("Query tasks would hold more than the %d bytes that there are for them: delete those that"
            + " were read, ask for pages (resultLimit), or ask directly (taskInfo.isDirect)")
        .formatted(limit);
  }

  /** Counts bytes out again. */
  public void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** About how many bytes results take. */
  public static long weigh(ServiceDocumentQueryResult results) {
    long bytes = (long) LINK_BYTES * results.documentLinks.size();
    bytes += weigh(results.documents) + weigh(results.selectedDocuments);
    if (results.nextPageLinksPerGroup != null) {
      for (Map.Entry<String, String> group : results.nextPageLinksPerGroup.entrySet()) {
        bytes += LINK_BYTES + group.getKey().length() + group.getValue().length();
      }
    }
    bytes += weighAggregations(results.aggregations);
    return results.selectedLinks == null
        ? bytes
        : bytes + (long) LINK_BYTES * results.selectedLinks.size();
  }

  private static long weighAggregations(@Nullable Map<String, AggregationResult> results) {
    long bytes = 0;
    if (results != null) {
      for (AggregationResult result : results.values()) {
        bytes += BUCKET_BYTES;
        for (AggregationResult.Bucket bucket :
            result.buckets == null ? List.<AggregationResult.Bucket>of() : result.buckets) {
          int key = bucket.key instanceof String text ? text.length() : 0;
          bytes += BUCKET_BYTES + key + weighAggregations(bucket.aggregations);
        }
      }
    }
    return bytes;
  }

  private static long weigh(@Nullable Map<String, Object> documents) {
    long bytes = 0;
    if (documents != null) {
      for (Object document : documents.values()) {
        bytes +=
            LINK_BYTES
                + switch (document) {
                  case RawJson raw -> raw.utf8().length;
                  case ByteBuffer binary -> 2 * binary.remaining(); // as Base64
                  default -> document.toString().length();
                };
      }
    }
    return bytes;
  }
}
