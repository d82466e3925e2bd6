// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The one table from what can go wrong with a document to the answer that says so. */
final class DocumentFailures {

  private static final String RETRY_AFTER_SECONDS = "1";

  /** Somebody has to do something, or leadership to move to a node that has room. */
  private static final String DISK_RETRY_SECONDS = "5";

  private DocumentFailures() {}

  /** There is no such document. */
  static void absent(Operation op, @Nullable DocumentVersion latest) {
    String wanted = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    if (wanted != null && op.getAction() != Action.GET && op.getAction() != Action.OPTIONS) {
      Operation.fail(
          op,
          Operation.STATUS_CODE_PRECONDITION_FAILED,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          new IllegalStateException(
              "There is no document, so it has no entity tag that matches (If-Match: %s)"
                  .formatted(wanted)));
      return;
    }
    boolean deleted = latest != null && latest.isTombstone();
    Operation.failServiceNotFound(
        op,
        deleted
            ? ServiceErrorResponse.ERROR_CODE_STATE_MARKED_DELETED
            : ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);
  }

  /** The store could not be read. */
  static void unreadable(Operation op, RuntimeException failure) {
    unavailable(op, failure);
  }

  /** This node does not own the link now; nothing was done, so whoever routes may ask the owner. */
  static void moved(Operation op, String link) {
    op.toggleOption(Operation.OperationOption.MOVED, true);
    unavailable(
        op, new IllegalStateException("This node cannot answer for %s now".formatted(link)));
  }

  /** Something that was checked before the handler does not hold. */
  static void precondition(Operation op, RuntimeException failure) {
    if (failure instanceof PreconditionFailedException refused) {
      Operation.fail(op, refused.status(), refused.errorCode(), refused);
    } else {
      op.fail(failure);
    }
  }

  static void queueFull(Operation op, String link, int limit) {
    Operation.failLimitExceeded(
        op,
        ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
        "%d operations wait for %s (operationQueueLimit)".formatted(limit, link));
  }

  /** The log refused a change, or cannot say what became of it. */
  static void notCommitted(Operation op, Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    switch (failure) {
      case OutcomeUnknownException unknown -> {
        op.addResponseHeader(Operation.RETRY_AFTER_HEADER, RETRY_AFTER_SECONDS);
        Operation.fail(
            op,
            Operation.STATUS_CODE_UNAVAILABLE,
            ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN,
            new IllegalStateException(
                "The outcome of this update is unknown: it may have been stored. Read the document"
                    + " before repeating it. Cause: "
                    + unknown.getMessage(),
                unknown));
      }
      case OverloadedException overloaded -> unavailable(op, overloaded);
      case DiskFullException full -> {
        op.addResponseHeader(Operation.RETRY_AFTER_HEADER, DISK_RETRY_SECONDS);
        Operation.fail(
            op,
            Operation.STATUS_CODE_INSUFFICIENT_STORAGE,
            ServiceErrorResponse.ERROR_CODE_DISK_FULL,
            full);
      }
      case NotLeaderException moved -> unavailable(op, moved);
      case ReplicaSetStoppedException stopped -> unavailable(op, stoppedStoring(stopped));
      case StoreException store -> unavailable(op, store);
      default -> op.fail(failure);
    }
  }

  /** Names what ended it, such as a full disk: somebody has to do something about it. */
  private static RuntimeException stoppedStoring(ReplicaSetStoppedException stopped) {
    Throwable root = stopped;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new IllegalStateException(
        "This host stores no updates any more: %s. What was acknowledged is kept. Mend the cause and"
                .formatted(root.getMessage())
            + " start it again",
        stopped);
  }

  static void conflict(Operation op, CommandOutcome.Conflict conflict) {
    Operation.fail(
        op,
        Operation.STATUS_CODE_CONFLICT,
        ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
        new IllegalStateException(
            "Another update came first: the latest version is %d. Read the document and try again"
                .formatted(conflict.latestVersion())));
  }

  private static void unavailable(Operation op, RuntimeException failure) {
    op.addResponseHeader(Operation.RETRY_AFTER_HEADER, RETRY_AFTER_SECONDS);
    Operation.fail(
        op,
        Operation.STATUS_CODE_UNAVAILABLE,
        ServiceErrorResponse.ERROR_CODE_UNAVAILABLE,
        failure);
  }
}
