// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.stateful;

import io.cairn.host.Operation;
import io.cairn.host.Service.Action;
import io.cairn.host.UriUtils;
import io.cairn.host.documents.PartitionedDocuments;
import io.cairn.store.DocumentVersion;

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

  /** Whether an operation asks for what this node has, however old. */
  public static boolean isWanted(Operation op) {
    if (op.getAction() != Action.GET) {
      return false;
    }
    String query = op.getUri().getRawQuery();
    return op.isForwardingDisabled()
        || (query != null
            && query.contains(PARAMETER)
            && LOCAL.equals(UriUtils.parseUriQueryParams(op.getUri()).get(PARAMETER)));
  }

  /**
   * Answers from the replica.
   *
   * @return whether it did; not if the documents have no replicas, or this node owns the link and
   *     knows the latest
   */
  static boolean answer(ServiceType type, String link, Operation get, ReadPipeline reads) {
    if (!(type.documents() instanceof PartitionedDocuments documents)
        || !documents.isSpread()
        || documents.tenure(link) != PartitionedDocuments.NOT_HERE) {
      return false;
    }
    DocumentVersion found;
    try {
      documents.requireKnown(link, true);
      found = documents.replicated(link);
    } catch (RuntimeException e) {
      Failures.unreadable(get, e);
      return true;
    }
    get.addResponseHeader(REPLICA_HEADER, documents.replicaState(link));
    reads.answer(get, found);
    return true;
  }
}
