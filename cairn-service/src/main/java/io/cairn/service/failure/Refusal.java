// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import io.cairn.service.http.OperationVocabulary;

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
  public int status() {
    return status;
  }
}
