// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import io.cairn.document.validation.Violations;
import io.cairn.service.http.OperationVocabulary;
import java.util.List;

/**
 * Thrown by a handler to answer with a certain status and a message for the client, where {@link
 * IllegalArgumentException} (400) does not fit. Nothing that the handler did is stored.
 */
public class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Refuses a request.
   *
   * @param status the HTTP status, 400 to 599
   * @param message what the client is told
   */
  public Refusal(int status, String message) {
    super(message);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("A refusal has a status of 400 to 599, not " + status);
    }
    this.status = status;
  }

  /**
   * 400: a field of the body is invalid. {@link Violations} says several things at once.
   *
   * @param path of the field, as in {@code lines[2].price}; empty for the whole
   * @param message without the path, as in "must be after from"
   */
  public static ViolationException invalid(String path, String message) {
    return new ViolationException(List.of(new Violation(path, Violation.CHECK, message)));
  }

  /** 409: the request does not fit the present state. */
  public static Refusal conflict(String message) {
    return new Refusal(OperationVocabulary.STATUS_CODE_CONFLICT, message);
  }

  /** 403: the caller may not do this. */
  public static Refusal forbidden(String message) {
    return new Refusal(OperationVocabulary.STATUS_CODE_FORBIDDEN, message);
  }

  /** 404: what the request names does not exist. */
  public static Refusal notFound(String message) {
    return new Refusal(OperationVocabulary.STATUS_CODE_NOT_FOUND, message);
  }

  /** The HTTP status. */
  public final int status() {
    return status;
  }

  /**
   * Adds what is to be said beside the message. A kind of refusal with more to say overrides it.
   */
  public void addTo(ServiceErrorResponse body) {}
}
