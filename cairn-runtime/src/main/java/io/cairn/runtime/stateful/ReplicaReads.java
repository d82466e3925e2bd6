// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads of this node's own replica, for those who would rather have an old answer than none: {@code
 * ?consistency=local}, or the pragma that forbids forwarding.
 */
public final class ReplicaReads {

  private static final String PARAMETER = "consistency";
  private static final String LOCAL = "local";

  /** Which node's replica answered. */
  public static final String REPLICA_HEADER = "x-cairn-replica";

  private ReplicaReads() {}

  /**
   * Whether a GET asks for what this node has, however old.
   *
   * @throws IllegalArgumentException if it asks for a consistency that there is not
   */
  public static boolean isWanted(Operation op) {
    return op.getAction() == Action.GET && (op.isForwardingDisabled() || isAskedFor(op));
  }

  /** As {@link #isWanted}, of a query, which may be a POST. */
  public static boolean isAskedFor(Operation op) {
    String query = op.getUri().getRawQuery();
    String value =
        query == null || !query.contains(PARAMETER)
            ? null
            : UriUtils.parseUriQueryParams(op.getUri()).get(PARAMETER);
    if (value != null && !value.equals(LOCAL)) {
      throw new IllegalArgumentException(
          "consistency is '%s': it can be local, for what this node has, however old; leave it out for what was acknowledged last"
              .formatted(value));
    }
    return value != null;
  }

  /**
   * Answers from the replica.
   *
   * @return null if the documents have no replicas, or this node owns the link and knows the latest
   */
  static @Nullable WorkOutcome answer(
      ServiceType type, String link, Operation get, ReadPipeline reads) {
    if (!(type.documents() instanceof PartitionedStorage documents)
        || !documents.isSpread()
        || documents.tenure(link) != PartitionedStorage.NO_TENURE) {
      return null;
    }
    DocumentVersion found;
    Map<String, String> query = UriUtils.parseUriQueryParams(get.getUri());
    try {
      documents.requireKnown(link, true);
      if (HistoryPoint.isIn(query)) {
        get.addResponseHeader(REPLICA_HEADER, documents.replicaState(link));
        return reads.plain(new StatefulInstance(link, type), get, query);
      }
      DocumentVersion stored = documents.replicated(link);
      found = stored == null ? null : StatefulInstance.present(type.model(), stored);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    get.addResponseHeader(REPLICA_HEADER, documents.replicaState(link));
    return reads.answer(type.model(), get, found);
  }
}
