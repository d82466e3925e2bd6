// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.failure.ServiceNotFoundException;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a document, and how that is answered. */
final class DocumentFailures {

  private DocumentFailures() {}

  /** There is no such document. */
  static WorkOutcome absent(Operation op, @Nullable DocumentVersion latest) {
    String wanted = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    if (wanted != null && op.getAction() != Action.GET && op.getAction() != Action.OPTIONS) {
      return refused(
          StandardRefusal.CONDITION_FAILED,
          "There is no document, so it has no entity tag that matches (If-Match: %s)"
              .formatted(wanted));
    }
    boolean deleted = latest != null && latest.isTombstone();
    return new WorkOutcome.Failed(
        deleted ? StandardRefusal.DELETED : StandardRefusal.NOT_FOUND,
        new ServiceNotFoundException(op.hasUri() ? op.getUri().getPath() : ""));
  }

  /** Neither the store nor the log can serve this now. */
  static WorkOutcome unavailable(RuntimeException failure) {
    return new WorkOutcome.Failed(StandardRefusal.UNAVAILABLE, failure);
  }

  static WorkOutcome queueFull(String link, int limit) {
    return refused(
        StandardRefusal.LIMIT_EXCEEDED,
        "Limit exceeded: %d operations wait for %s (operationQueueLimit)".formatted(limit, link));
  }

  /** The log refused a change, or cannot say what became of it. */
  static WorkOutcome notCommitted(Throwable thrown) {
    Throwable failure = FailedFuture.cause(thrown);
    return switch (failure) {
      case OutcomeUnknownException unknown ->
          new WorkOutcome.Failed(
              StandardRefusal.OUTCOME_UNKNOWN,
              new IllegalStateException(
                  "The outcome of this update is unknown: it may have been stored. Read the document"
                      + " before repeating it. Cause: "
                      + unknown.getMessage(),
                  unknown));
      case DiskFullException full -> new WorkOutcome.Failed(StandardRefusal.DISK_FULL, full);
      case ReplicaSetStoppedException stopped -> notStored(stoppedStoring(stopped));
      case OverloadedException overloaded -> notStored(overloaded);
      case NotLeaderException moved -> notStored(moved);
      case StoreException store -> notStored(store);
      case NotServedException uncounted -> notStored(uncounted);
      default -> WorkOutcome.failed(failure);
    };
  }

  /** No {@link StandardRefusal#UNAVAILABLE}: the handler has run, and may have called others. */
  private static WorkOutcome notStored(RuntimeException failure) {
    return new WorkOutcome.Failed(StandardRefusal.NOT_STORED, failure);
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

  /**
   * Another version was the latest.
   *
   * @param ahead whether the command was made from an update that was not committed yet, and so may
   *     never have been
   */
  static WorkOutcome conflict(
      DocumentCommand command, CommandOutcome.Conflict conflict, boolean ahead) {
    if (ahead && conflict.latestVersion() < command.expectedVersion()) {
      return baseNotStored();
    }
    return refused(
        StandardRefusal.VERSION_CONFLICT,
        "Another update came first: the latest version is %d. Read the document and try again"
            .formatted(conflict.latestVersion()));
  }

  /** The update before this one, from whose result it began, was not stored. */
  static WorkOutcome baseNotStored() {
    return notStored(
        new IllegalStateException(
            "The update before this one could not be stored, so this one was not either: try again"));
  }

  static WorkOutcome refused(StandardRefusal refusal, String why) {
    return new WorkOutcome.Failed(refusal, new IllegalStateException(why));
  }
}
