// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.cluster.ReplicationException;
import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.store.disk.StoreException;
import io.cairn.store.search.TooManyCursorsException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How queries that fail, and pages that are gone, are answered. */
final class Answers {

  private static final int MAX_PAGE_SIZE = 1_000_000;

  private Answers() {}

  /** Runs a query for an operation: it completes with the body, or fails as it should. */
  static void with(Operation op, Supplier<@Nullable Object> query) {
    Object body;
    try {
      body = query.get();
    } catch (RuntimeException e) {
      failed(op, e);
      return;
    }
    op.setBodyNoCloning(body).complete();
  }

  /** Answers an operation whose query has failed. */
  static void failed(Operation op, RuntimeException failure) {
    switch (failure) {
      case TooManyCursorsException e -> limitExceeded(op, e);
      case QueryPages.TooManyQueriesException e -> limitExceeded(op, e);
      case MatchingLinks.NoRoomException e -> limitExceeded(op, e);
      case NobodyWaitsException _ -> op.failCancelled();
      case Asker.TooLongException e -> op.fail(Operation.STATUS_CODE_TIMEOUT, e, null);
      default -> {
        if (statusOf(failure) == Operation.STATUS_CODE_UNAVAILABLE) {
          StandardRefusal.UNAVAILABLE.answer(op, failure);
        } else {
          op.fail(failure);
        }
      }
    }
  }

  private static void limitExceeded(Operation op, RuntimeException limit) {
    Operation.failLimitExceeded(
        op,
        ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
        String.valueOf(limit.getMessage()));
  }

  /** The status of a query that failed where no operation waits for it. */
  static int statusOf(RuntimeException failure) {
    return switch (failure) {
      case IllegalArgumentException invalid -> Operation.STATUS_CODE_BAD_REQUEST;
      case Asker.TooLongException late -> Operation.STATUS_CODE_TIMEOUT;
      case StoreException unreadable -> Operation.STATUS_CODE_UNAVAILABLE;
      case ReplicationException lost -> Operation.STATUS_CODE_UNAVAILABLE;
      case NotServedException refused -> Operation.STATUS_CODE_UNAVAILABLE;
      default -> Operation.STATUS_CODE_INTERNAL_ERROR;
    };
  }

  /** The state of a task whose query failed. */
  static TaskState failedState(Throwable failure, int status) {
    TaskState info = TaskState.createAsFailed();
    info.failure = ServiceErrorResponse.create(failure, status);
    return info;
  }

  /** A query that was asked directly, with its results. */
  static QueryTask finished(QueryTask task, ServiceDocumentQueryResult results, String link) {
    task.results = results;
    task.taskInfo = TaskState.createAsFinished();
    task.taskInfo.isDirect = true;
    task.documentSelfLink = link;
    task.documentKind = DocumentKinds.shared().kindOf(QueryTask.class);
    task.documentOwner = results.documentOwner;
    return task;
  }

  /** The DELETE of a page, which was there or not. */
  static void removed(Operation delete, String page, boolean present) {
    if (present) {
      delete.setBodyNoCloning(null).complete();
    } else {
      noSuchPage(delete, page);
    }
  }

  static void noSuchPage(Operation op, String page) {
    StandardRefusal.NOT_FOUND.answer(op, noPage(page));
  }

  static String noPage(String page) {
    return "There is no page %s: it has expired, or was read and removed. Run the query again"
        .formatted(page);
  }

  /**
   * Reads the page size that a request asks for.
   *
   * @return null if it asks for none
   */
  static @Nullable Integer pageSize(@Nullable String limit) {
    if (limit == null) {
      return null;
    }
    try {
      int size = Integer.parseInt(limit.strip());
      if (size > 0 && size <= MAX_PAGE_SIZE) {
        return size;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new IllegalArgumentException(
        "$limit must be a whole number from 1 to %d, not '%s'".formatted(MAX_PAGE_SIZE, limit));
  }
}
