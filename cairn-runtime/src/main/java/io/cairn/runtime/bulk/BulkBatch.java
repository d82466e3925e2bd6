// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.bulk.BulkTaskService.BulkFailure;
import io.cairn.runtime.bulk.BulkTaskService.BulkTaskState;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes the documents that a bulk task has noted, and counts in the task's document what became
 * of them. Used by the task's thread, which waits.
 */
final class BulkBatch {

  private static final int AT_A_TIME = 16;

  /** So often a document is asked again whether it matches that others change meanwhile. */
  private static final int MAX_RACES = 10;

  /** So often, a second apart, documents are tried that nobody serves. */
  private static final int MAX_TRIES = 300;

  private static final int PAUSE_MILLIS = 1_000;

  /** Somebody else goes on with the task, or nobody: what is noted stays noted. */
  static final class LeftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeftException(String why) {
      super(why);
    }
  }

  private final BulkCalls calls;
  private final BulkTargets targets;
  private final BulkTaskState task;
  private final Throttle throttle;
  private final BooleanSupplier left;

  BulkBatch(
      BulkCalls calls,
      BulkTargets targets,
      BulkTaskState task,
      Throttle throttle,
      BooleanSupplier left) {
    this.calls = calls;
    this.targets = targets;
    this.task = task;
    this.throttle = throttle;
    this.left = left;
  }

  /** Changes what is noted for the first time. */
  void run() {
    Map<String, String> noted = noted();
    change(noted);
    end(noted);
  }

  /**
   * Goes on with what was noted before an interruption: documents that are as they were noted are
   * changed now; of others it is not known who changed them.
   */
  void resume() {
    Map<String, String> noted = noted();
    Map<String, String> open = new LinkedHashMap<>();
    noted.forEach((link, tag) -> lookAt(link, tag, open));
    change(open);
    end(noted);
  }

  private Map<String, String> noted() {
    return task.pending == null ? Map.of() : task.pending;
  }

  private void end(Map<String, String> noted) {
    task.lastLink = noted.keySet().stream().max(String::compareTo).orElse(task.lastLink);
    task.pending = new LinkedHashMap<>();
  }

  /** Finds out what became of a document whose change had no certain answer. */
  private void lookAt(String link, String tag, Map<String, String> open) {
    Operation found = calls.get(link).join();
    for (int tries = 1; isUnserved(found) && tries < MAX_TRIES; tries++) {
      pause();
      found = calls.get(link).join();
    }
    if (found.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
      task.skipped = more(task.skipped);
    } else if (!BulkCalls.isDone(found)) {
      fail(link, found.getErrorResponseBody());
    } else if (tag.equals(found.getResponseHeader(Operation.ETAG_HEADER))) {
      open.put(link, tag);
    } else {
      task.uncertain = more(task.uncertain);
      ServiceErrorResponse error = new ServiceErrorResponse();
      error.statusCode = Operation.STATUS_CODE_CONFLICT;
      error.errorCode = ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN;
      error.message =
          "The task was interrupted while it was at this document, which has changed since: by the"
              + " task or by somebody else";
      name(link, error);
    }
  }

  private void change(Map<String, String> documents) {
    Map<String, String> open = documents;
    int tries = 0;
    int races = 0;
    while (!open.isEmpty()) {
      Map<String, String> unserved = new LinkedHashMap<>();
      List<String> raced = new ArrayList<>();
      Map<String, Operation> answers = send(open);
      for (Map.Entry<String, Operation> each : answers.entrySet()) {
        take(each.getKey(), open.getOrDefault(each.getKey(), ""), each.getValue(), unserved, raced);
      }
      Map<String, String> next = new LinkedHashMap<>();
      if (!raced.isEmpty()) {
        Map<String, String> matching = targets.matching(raced);
        task.skipped = more(task.skipped, raced.size() - matching.size());
        if (++races > MAX_RACES) {
          matching.keySet().forEach(link -> fail(link, answers.get(link)));
        } else {
          next.putAll(matching);
        }
      }
      if (!unserved.isEmpty()) {
        if (++tries > MAX_TRIES) {
          unserved.keySet().forEach(link -> fail(link, answers.get(link)));
        } else {
          pause();
          next.putAll(unserved);
        }
      }
      open = next;
    }
  }

  private void take(
      String link, String tag, Operation done, Map<String, String> unserved, List<String> raced) {
    int status = done.getStatusCode();
    if (status == Operation.STATUS_CODE_NOT_MODIFIED) {
      task.unchanged = more(task.unchanged);
    } else if (BulkCalls.isDone(done)) {
      task.changed = more(task.changed);
    } else if (status == Operation.STATUS_CODE_PRECONDITION_FAILED || isConflict(done)) {
      raced.add(link); // also a document that is gone: a condition cannot hold for it
    } else if (status == Operation.STATUS_CODE_NOT_FOUND) {
      task.skipped = more(task.skipped);
    } else if (isUnserved(done) && !isUnknown(done)) {
      unserved.put(link, tag);
    } else if (isUnserved(done) || status == Operation.STATUS_CODE_TIMEOUT) {
      lookAt(link, tag, unserved);
    } else {
      fail(link, done);
    }
  }

  private Map<String, Operation> send(Map<String, String> documents) {
    Action action = Action.valueOf(String.valueOf(task.action));
    byte[] body = task.body == null ? null : DocumentJson.standard().toBytes(task.body);
    Map<String, Operation> answers = new LinkedHashMap<>();
    List<Map.Entry<String, String>> all = List.copyOf(documents.entrySet());
    for (int at = 0; at < all.size(); at += AT_A_TIME) {
      requirePresent();
      Map<String, CompletableFuture<Operation>> sent = new LinkedHashMap<>();
      for (Map.Entry<String, String> each : all.subList(at, Math.min(at + AT_A_TIME, all.size()))) {
        pass();
        sent.put(
            each.getKey(),
            calls.send(action, each.getKey(), body, Operation.IF_MATCH_HEADER, each.getValue()));
      }
      sent.forEach((link, answer) -> answers.put(link, answer.join()));
    }
    return answers;
  }

  private void pass() {
    try {
      throttle.pass();
    } catch (InterruptedIOException e) {
      throw new LeftException("its thread was interrupted");
    }
  }

  private void pause() {
    requirePresent();
    Throttle.pause(PAUSE_MILLIS);
    requirePresent();
  }

  private void requirePresent() {
    if (left.getAsBoolean()) {
      throw new LeftException("it was cancelled, or its service has stopped here");
    }
  }

  private static boolean isUnserved(Operation done) {
    return done.getStatusCode() == Operation.STATUS_CODE_UNAVAILABLE
        || done.getStatusCode() == Operation.STATUS_CODE_INSUFFICIENT_STORAGE;
  }

  private static boolean isUnknown(Operation done) {
    return codeOf(done) == ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN;
  }

  private static boolean isConflict(Operation done) {
    return done.getStatusCode() == Operation.STATUS_CODE_CONFLICT
        && codeOf(done) == ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT;
  }

  private static int codeOf(Operation done) {
    ServiceErrorResponse error = done.getErrorResponseBody();
    return error == null ? 0 : error.getErrorCode();
  }

  private void fail(String link, @Nullable Operation done) {
    fail(link, done == null ? null : done.getErrorResponseBody());
  }

  private void fail(String link, @Nullable ServiceErrorResponse error) {
    task.failed = more(task.failed);
    name(link, error);
  }

  private void name(String link, @Nullable ServiceErrorResponse error) {
    List<BulkFailure> failures = task.failures == null ? new ArrayList<>() : task.failures;
    if (failures.size() < BulkTaskService.MAX_NAMED) {
      BulkFailure failure = new BulkFailure();
      failure.link = link;
      failure.error = error;
      failures.add(failure);
    }
    task.failures = failures;
  }

  private static long more(@Nullable Long count) {
    return more(count, 1);
  }

  private static long more(@Nullable Long count, int by) {
    return (count == null ? 0 : count) + by;
  }
}
