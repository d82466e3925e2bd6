// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.StateMachineDescription.Transition;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every failed request. Error codes with the high bit set are the runtime's; authors
 * use the others. Not thread-safe.
 */
@DocumentKind(ServiceErrorResponse.KIND)
public class ServiceErrorResponse {
  public static final String KIND = "com:vmware:xenon:common:ServiceErrorResponse";

  public static final int ERROR_CODE_INTERNAL_MASK = 0x80000000;
  public static final int ERROR_CODE_SERVICE_NOT_FOUND = 0x80000000;
  public static final int ERROR_CODE_OUTDATED_SYNCH_REQUEST = 0x80000001;
  public static final int ERROR_CODE_STATE_MARKED_DELETED = 0x80000002;
  public static final int ERROR_CODE_SERVICE_ALREADY_EXISTS = 0x80000003;
  public static final int ERROR_CODE_OWNER_MISMATCH = 0x80000005;
  public static final int ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED = 0x80000007;
  public static final int ERROR_CODE_HOST_RATE_LIMIT_EXCEEDED = 0x80000008;
  public static final int ERROR_CODE_CLIENT_QUEUE_LIMIT_EXCEEDED = 0x80000009;
  public static final int ERROR_CODE_EXTERNAL_AUTH_FAILED = 0x80000010;

  /** The write may or may not have happened: read before you retry. */
  public static final int ERROR_CODE_OUTCOME_UNKNOWN = 0x80000020;

  /** The version or entity tag that the request demands is not the present one. */
  public static final int ERROR_CODE_VERSION_CONFLICT = 0x80000021;

  /**
   * The node group cannot serve the request now: too few nodes, or no leader. No handler has seen
   * it.
   */
  public static final int ERROR_CODE_UNAVAILABLE = 0x80000022;

  /** The disk has less free than is kept: updates are refused until there is room. */
  public static final int ERROR_CODE_DISK_FULL = 0x80000023;

  /** A handler has run, and what it made could not be stored: the document is as it was. */
  public static final int ERROR_CODE_NOT_STORED = 0x80000024;

  /** A tenant has stored as much as its quotas allow: something has to be deleted first. */
  public static final int ERROR_CODE_QUOTA_EXCEEDED = 0x80000026;

  /** The version that is asked for was there, and is not retained any more. */
  public static final int ERROR_CODE_NOT_RETAINED = 0x80000028;

  /** A resume token of a feed belongs to other documents, or to a history that is not this one. */
  public static final int ERROR_CODE_TOKEN_OF_OTHERS = 0x80000030;

  /** Advice to the client beside the status. */
  public enum ErrorDetail {
    SHOULD_RETRY
  }

  /** What went wrong, for people. */
  public @Nullable String message;

  /** Key of the message for translation. */
  public @Nullable String messageId;

  /** Present only where the host is told to give stack traces. */
  public @Nullable List<String> stackTrace;

  /** The HTTP status. */
  public int statusCode;

  /** Advice to the client. */
  public @Nullable EnumSet<ErrorDetail> details;

  /** Always {@link #KIND}, unless a subclass says otherwise. */
  public String documentKind = KIND;

  /** What went wrong, for programs; 0 means nothing more precise than the status. */
  public int errorCode;

  /** What is wrong with the body or the state that it makes, where that is known by field. */
  public @Nullable List<Violation> violations;

  /** What may follow the present state, where the request wanted something else. */
  public @Nullable List<Transition> allowedTransitions;

  /** Creates an empty response. */
  public ServiceErrorResponse() {}

  /** Creates the response to a failure. */
  public static ServiceErrorResponse create(Throwable failure, int statusCode) {
    return create(failure, statusCode, null);
  }

  /** Creates the response to a failure, with advice. */
  public static ServiceErrorResponse create(
      Throwable failure, int statusCode, @Nullable EnumSet<ErrorDetail> details) {
    ServiceErrorResponse response = new ServiceErrorResponse();
    String text = failure.getMessage();
    response.message = text != null ? text : failure.getClass().getSimpleName();
    response.statusCode = statusCode;
    response.details = details;
    if (failure instanceof ViolationException invalid && !invalid.violations().isEmpty()) {
      response.violations = invalid.violations();
    }
    return response;
  }

  /** Creates the response to a failure after which the client should try again. */
  public static ServiceErrorResponse createWithShouldRetry(Throwable failure, int statusCode) {
    return create(failure, statusCode, EnumSet.of(ErrorDetail.SHOULD_RETRY));
  }

  /** Adds the stack trace of {@code failure}. */
  public ServiceErrorResponse withStackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    stackTrace = text.toString().lines().toList();
    return this;
  }

  /** Returns the error code. */
  public int getErrorCode() {
    return errorCode;
  }

  /**
   * Sets an author's error code.
   *
   * @throws IllegalArgumentException when the code lies in the runtime's range
   */
  public void setErrorCode(int code) {
    if (isInternalErrorCode(code)) {
      throw new IllegalArgumentException(
          "Error code 0x%08x has the high bit set, which the runtime reserves".formatted(code));
    }
    errorCode = code;
  }

  /** Sets an error code of the runtime. */
  public void setInternalErrorCode(int code) {
    errorCode = code | ERROR_CODE_INTERNAL_MASK;
  }

  /** Tells whether the error code is one of the runtime's. */
  public static boolean isInternalErrorCode(int code) {
    return (code & ERROR_CODE_INTERNAL_MASK) != 0;
  }
}
