// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.http.OperationVocabulary;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another service has refused a call, or gave no answer. Each subclass stands for what a caller may
 * want to tell apart. A handler that lets it pass answers with the same status and message, and
 * with the same code if that is true of the handler too: see {@link #errorCodeFurtherOn}.
 */
public class CallFailure extends Refusal {
  private static final long serialVersionUID = 1L;

  /** By these a host says that it has not begun a request; see {@code StandardRefusal}. */
  private static final Set<Integer> NOT_BEGUN =
      Set.of(
          ServiceErrorResponse.ERROR_CODE_UNAVAILABLE,
          ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED);

  private final String target;
  private final transient @Nullable ServiceErrorResponse error;
  private final int errorCode;

  private CallFailure(
      int status, String target, @Nullable ServiceErrorResponse error, String message) {
    super(status, message);
    this.target = target;
    this.error = error;
    this.errorCode = error == null ? 0 : error.errorCode;
  }

  /** 400: the other service could not make sense of the request. */
  public static final class Invalid extends CallFailure {
    private static final long serialVersionUID = 1L;

    private Invalid(int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /** 404: there is nothing at the link. */
  public static final class NotFound extends CallFailure {
    private static final long serialVersionUID = 1L;

    private NotFound(int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /** 409, 412: the request does not fit the present state, or the version that it names. */
  public static final class Conflict extends CallFailure {
    private static final long serialVersionUID = 1L;

    private Conflict(int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /**
   * 429, 503, 507, or no connection: the document that was called is as it was, and it may work
   * later. Its handler may have run, and have called others, unless {@link #isNotBegun} says that
   * it did not.
   */
  public static final class Unavailable extends CallFailure {
    private static final long serialVersionUID = 1L;

    private Unavailable(
        int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /** 408: the time is over. No document of the other service was changed. */
  public static final class TimedOut extends CallFailure {
    private static final long serialVersionUID = 1L;

    private TimedOut(int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /** An update may have been stored or not: read before repeating it. */
  public static final class OutcomeUnknown extends CallFailure {
    private static final long serialVersionUID = 1L;

    private OutcomeUnknown(
        int status, String target, @Nullable ServiceErrorResponse error, String why) {
      super(status, target, error, why);
    }
  }

  /**
   * The failure of a call.
   *
   * @param status of the answer
   * @param target what was called
   * @param error the standard error body, if the answer has one
   */
  public static CallFailure of(
      int status,
      String target,
      @Nullable ServiceErrorResponse error,
      String message,
      @Nullable Throwable cause) {
    CallFailure failure =
        typed(status < 400 || status > 599 ? 500 : status, target, error, message);
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  private static CallFailure typed(
      int status, String target, @Nullable ServiceErrorResponse error, String why) {
    if (error != null && error.errorCode == ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN) {
      return new OutcomeUnknown(status, target, error, why);
    }
    return switch (status) {
      case OperationVocabulary.STATUS_CODE_BAD_REQUEST -> new Invalid(status, target, error, why);
      case OperationVocabulary.STATUS_CODE_NOT_FOUND -> new NotFound(status, target, error, why);
      case OperationVocabulary.STATUS_CODE_CONFLICT,
          OperationVocabulary.STATUS_CODE_PRECONDITION_FAILED ->
          new Conflict(status, target, error, why);
      case OperationVocabulary.STATUS_CODE_UNAVAILABLE,
          OperationVocabulary.STATUS_CODE_INSUFFICIENT_STORAGE,
          429 ->
          new Unavailable(status, target, error, why);
      case OperationVocabulary.STATUS_CODE_TIMEOUT -> new TimedOut(status, target, error, why);
      default -> new CallFailure(status, target, error, why);
    };
  }

  /** What was called. */
  public String target() {
    return target;
  }

  /** The error body of the other service; null if it sent none. */
  public @Nullable ServiceErrorResponse error() {
    return error;
  }

  /** The error code of that body; 0 if there is none. */
  public int errorCode() {
    return errorCode;
  }

  /** Whether the host has said that no handler saw the request. */
  public boolean isNotBegun() {
    return NOT_BEGUN.contains(errorCode);
  }

  /**
   * The error code for whoever called the handler that lets this pass; 0 if there is none. What was
   * not begun is the inner call: the handler was begun, and may have called others before.
   */
  public int errorCodeFurtherOn() {
    return isNotBegun() ? 0 : errorCode;
  }
}
