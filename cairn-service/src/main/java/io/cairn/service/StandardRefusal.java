// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import org.jspecify.annotations.Nullable;

/**
 * The table of the answers by which a host refuses: the status, the error code that the body
 * carries, and after how long the client may ask again. What the body says is up to who refuses.
 */
public enum StandardRefusal {
  /**
   * Nobody can serve the request now: too few nodes, no leader, no replica, not started yet. No
   * handler has seen it, so that a client may repeat it.
   */
  UNAVAILABLE(Operation.STATUS_CODE_UNAVAILABLE, ServiceErrorResponse.ERROR_CODE_UNAVAILABLE, "1"),
  /** As many wait, or are kept, as are allowed to. */
  LIMIT_EXCEEDED(
      Operation.STATUS_CODE_UNAVAILABLE,
      ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
      "1"),
  /** A handler has run, and what it made could not be stored: the document is as it was. */
  NOT_STORED(Operation.STATUS_CODE_UNAVAILABLE, ServiceErrorResponse.ERROR_CODE_NOT_STORED, "1"),
  /** An update may have been stored or not. */
  OUTCOME_UNKNOWN(
      Operation.STATUS_CODE_UNAVAILABLE, ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN, "1"),
  /** An update expired while it was being stored. */
  EXPIRED_WHILE_STORED(
      Operation.STATUS_CODE_TIMEOUT, ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN, null),
  /** Somebody has to make room, or leadership to move to a node that has some. */
  DISK_FULL(
      Operation.STATUS_CODE_INSUFFICIENT_STORAGE, ServiceErrorResponse.ERROR_CODE_DISK_FULL, "5"),
  /** There is nothing at the link. */
  NOT_FOUND(
      Operation.STATUS_CODE_NOT_FOUND, ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND, null),
  /** There is nothing at the link any more: it was deleted. */
  DELETED(
      Operation.STATUS_CODE_NOT_FOUND, ServiceErrorResponse.ERROR_CODE_STATE_MARKED_DELETED, null),
  /** There was an earlier state, and retention has dropped it. */
  NOT_RETAINED(Operation.STATUS_CODE_GONE, ServiceErrorResponse.ERROR_CODE_NOT_RETAINED, null),
  /** A create of what was deleted does not say that it knows. */
  DELETED_BEFORE(
      Operation.STATUS_CODE_CONFLICT, ServiceErrorResponse.ERROR_CODE_STATE_MARKED_DELETED, null),
  /** A create of what there is. */
  EXISTS(
      Operation.STATUS_CODE_CONFLICT, ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS, null),
  /** A request that is to be done only where there is nothing. */
  EXISTS_AGAINST_CONDITION(
      Operation.STATUS_CODE_PRECONDITION_FAILED,
      ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS,
      null),
  /** What a token of a feed goes on from is not there any more, or never was. */
  TOKEN_OF_OTHERS(410, ServiceErrorResponse.ERROR_CODE_TOKEN_OF_OTHERS, null),
  /** Another update came first. */
  VERSION_CONFLICT(
      Operation.STATUS_CODE_CONFLICT, ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT, null),
  /** The document does not have the entity tag that the request wants. */
  CONDITION_FAILED(
      Operation.STATUS_CODE_PRECONDITION_FAILED,
      ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
      null),
  /** The service does not know the verb; there is no more to say than the status does. */
  ACTION_NOT_SUPPORTED(Operation.STATUS_CODE_BAD_METHOD, 0, null),
  /** The host has as many of a thing as its settings allow. */
  SETTING_EXHAUSTED(
      Operation.STATUS_CODE_TOO_MANY_REQUESTS,
      ServiceErrorResponse.ERROR_CODE_HOST_RATE_LIMIT_EXCEEDED,
      null);

  private final int status;
  private final int errorCode;
  private final @Nullable String retryAfterSeconds;

  StandardRefusal(int status, int errorCode, @Nullable String retryAfterSeconds) {
    this.status = status;
    this.errorCode = errorCode;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public int status() {
    return status;
  }

  public int errorCode() {
    return errorCode;
  }

  /** After how many seconds the client may ask again; null if nothing changes by waiting. */
  public @Nullable String retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** Fails an operation with this answer and a sentence for the client. */
  public void answer(Operation op, String why) {
    answer(op, new IllegalStateException(why));
  }

  /** As the other form, of which the failure's message is the sentence. */
  public void answer(Operation op, Throwable failure) {
    answer(op, errorCode, failure);
  }

  void answer(Operation op, int code, Throwable failure) {
    allowRetry(op);
    Operation.fail(op, status, code, failure);
  }

  /** Adds the header that says when to ask again, to an answer that is made otherwise. */
  public void allowRetry(Operation op) {
    if (retryAfterSeconds != null) {
      op.addResponseHeader(Operation.RETRY_AFTER_HEADER, retryAfterSeconds);
    }
  }
}
