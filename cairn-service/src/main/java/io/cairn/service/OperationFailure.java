// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.failure.CallFailure;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.service.failure.LocalizableValidationException;
import io.cairn.service.failure.Refusal;
import io.cairn.service.failure.ServiceNotFoundException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Says which status and body a failure has that is no {@link StandardRefusal}. */
final class OperationFailure {

  private static final int TELLING_FRAMES = 5;
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z][\\w$]*\\.){2,}[A-Z][\\w$]*");

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
      default -> ofRuntime(failure);
    };
  }

  private static int ofRuntime(Throwable failure) {
    HostRuntime.Provider runtime = HostRuntime.Provider.find();
    int status = runtime == null ? 0 : runtime.statusOf(failure);
    return status == 0 ? Operation.STATUS_CODE_INTERNAL_ERROR : status;
  }

  /** Gives {@code op} the status and body of {@code failure}. */
  static void apply(Operation op, Throwable failure, @Nullable Object ownBody) {
    boolean statusChosen = op.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD;
    if (!statusChosen) {
      op.setStatusCode(statusOf(failure));
      if (op.getStatusCode() == Operation.STATUS_CODE_UNAVAILABLE) {
        StandardRefusal.UNAVAILABLE.allowRetry(op);
      } else if (failure instanceof LimitExceeded limit && limit.retryAfterSeconds() > 0) {
        op.addResponseHeader(
            Operation.RETRY_AFTER_HEADER, String.valueOf(limit.retryAfterSeconds()));
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
    if (isDefect(op, failure)) {
      return defect(op, failure);
    }
    ServiceErrorResponse response = ServiceErrorResponse.create(failure, op.getStatusCode());
    if (failure instanceof Refusal refusal) {
      refusal.addTo(response);
    }
    if (failure instanceof LocalizableValidationException localizable) {
      response.message =
          localizable.getMessage(op.getRequestHeader(Operation.ACCEPT_LANGUAGE_HEADER));
      response.messageId = localizable.getErrorMessageCode();
    }
    if (failure instanceof CallFailure call) {
      response.errorCode = call.errorCodeFurtherOn();
    }
    if (failure instanceof ServiceNotFoundException) {
      response.setInternalErrorCode(ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);
    }
    return response;
  }

  /**
   * Whether the JVM or a library has found the words, or nobody has: they name classes, and tell
   * the client nothing that it could do.
   */
  private static boolean isDefect(Operation op, Throwable failure) {
    int status = op.getStatusCode();
    boolean unexpected =
        statusOf(failure) == Operation.STATUS_CODE_INTERNAL_ERROR
            && (status < Operation.STATUS_CODE_FAILURE_THRESHOLD
                || status == Operation.STATUS_CODE_INTERNAL_ERROR);
    String message = failure.getMessage();
    return unexpected
        && (message == null
            || failure instanceof Error
            || (failure instanceof NullPointerException && !isWritten(failure))
            || CLASS_NAME.matcher(message).find());
  }

  /** Whether a sentence of {@code requireNonNull} says what is missing. */
  private static boolean isWritten(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().equals(Objects.class.getName());
  }

  /** The reason is in the log, under a reference that is the same for the same defect. */
  private static ServiceErrorResponse defect(Operation op, Throwable failure) {
    String where =
        Arrays.stream(failure.getStackTrace())
            .limit(TELLING_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining("\n", failure.getClass().getName() + "\n", ""));
    String reference = "%08x".formatted(where.hashCode());
    String message = "A service failed unexpectedly (reference %s): %s".formatted(reference, op);
    HostRuntime.Provider runtime = HostRuntime.Provider.find();
    if (runtime == null) {
      LoggerFactory.getLogger(Operation.class).error("{}", message, failure);
    } else {
      runtime.logDefect(reference, message, failure);
    }
    ServiceErrorResponse response =
        ServiceErrorResponse.create(failure, Operation.STATUS_CODE_INTERNAL_ERROR);
    response.message =
        "The service failed unexpectedly (reference %s): the log of the host has the reason"
            .formatted(reference);
    return response;
  }

  /** What a handler does; any exception refuses the request. */
  @FunctionalInterface
  interface Handling {
    void run() throws Exception;
  }

  /** Completes an operation when a handler returns, and fails it with what the handler throws. */
  static void answering(Operation op, Handling handling) {
    answering(
        op,
        () -> {
          handling.run();
          return op;
        },
        Operation::complete);
  }

  /** As the other form; what the code returns ends the operation. */
  static <T extends @Nullable Object> void answering(
      Operation op, Callable<T> code, Consumer<T> then) {
    T value;
    try {
      value = code.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      op.fail(e);
      return;
    } catch (Exception e) {
      op.fail(e);
      return;
    }
    then.accept(value);
  }
}
