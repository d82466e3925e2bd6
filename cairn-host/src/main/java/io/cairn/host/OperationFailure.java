// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.cluster.ReplicationException;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.host.documents.NotServedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The one place that says which status and body a failure has. */
final class OperationFailure {

  private OperationFailure() {}

  /** The failure itself, without the wrappers that futures put around it. */
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The status of {@code failure} when nobody chose one. */
  static int statusOf(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> refusal.status();
      case TimeoutException timeout -> Operation.STATUS_CODE_TIMEOUT;
      case IllegalArgumentException invalid -> Operation.STATUS_CODE_BAD_REQUEST;
      case ServiceNotFoundException missing -> Operation.STATUS_CODE_NOT_FOUND;
      case ReplicationException lost -> Operation.STATUS_CODE_UNAVAILABLE;
      case NotServedException refused -> Operation.STATUS_CODE_UNAVAILABLE;
      default -> Operation.STATUS_CODE_INTERNAL_ERROR;
    };
  }

  /** Gives {@code op} the status and body of {@code failure}. */
  static void apply(Operation op, Throwable failure, @Nullable Object ownBody) {
    boolean statusChosen = op.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD;
    if (!statusChosen) {
      op.setStatusCode(statusOf(failure));
      if (op.getStatusCode() == Operation.STATUS_CODE_UNAVAILABLE) {
        op.addResponseHeader(Operation.RETRY_AFTER_HEADER, "1");
      }
    }
    if (ownBody != null) {
      adopt(op, ownBody);
    } else if (op.getBodyRaw() instanceof ServiceErrorResponse present) {
      adopt(op, present);
    } else if (!(statusChosen && carriesError(op))) {
      op.setErrorBody(toResponse(op, failure));
    }
  }

  private static void adopt(Operation op, Object body) {
    if (body instanceof ServiceErrorResponse response) {
      if (response.statusCode == 0) {
        response.statusCode = op.getStatusCode();
      }
      op.setErrorBody(response);
    } else {
      op.setBodyNoCloning(body);
    }
  }

  // A request's own body may look like an error; only a status chosen before tells that the present
  // body is the answer.
  private static boolean carriesError(Operation op) {
    Object body = op.getBodyRaw();
    return switch (body) {
      case null -> false;
      case byte[] bytes -> true;
      case String text -> !op.isJsonContent() || text.contains("\"message\"");
      default -> false;
    };
  }

  static ServiceErrorResponse toResponse(Operation op, Throwable failure) {
    ServiceErrorResponse response = ServiceErrorResponse.create(failure, op.getStatusCode());
    if (failure instanceof LocalizableValidationException localizable) {
      response.message = localizable.getMessage(op.getRequestHeader(Operation.ACCEPT_LANGUAGE_HEADER));
      response.messageId = localizable.getErrorMessageCode();
    }
    if (failure instanceof ServiceNotFoundException) {
      response.setInternalErrorCode(ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);
    }
    return response;
  }
}
