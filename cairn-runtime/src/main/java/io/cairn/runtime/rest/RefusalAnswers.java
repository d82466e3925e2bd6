// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.runtime.security.identity.BusyProofsException;
import io.cairn.service.Operation;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.service.failure.Refusal;
import java.util.function.Supplier;

/** The answers to requests that nobody makes an operation of. */
final class RefusalAnswers {

  /** For a client that was not there any more before its request was begun. */
  static final HttpResponse UNHEARD = HttpResponse.empty(Operation.STATUS_CODE_UNAVAILABLE);

  private RefusalAnswers() {}

  /**
   * For a client that is not there any more: those who note answers are to hear what became of its
   * request all the same.
   */
  static HttpResponse unheard(int status, Supplier<HttpHeaders> headers) {
    try {
      return HttpResponse.of(status, headers.get(), HttpRequest.NO_BODY);
    } catch (IllegalArgumentException e) {
      return UNHEARD;
    }
  }

  static HttpResponse of(int status, String message) {
    return of(ServiceErrorResponse.create(new IllegalStateException(message), status));
  }

  private static HttpResponse of(ServiceErrorResponse error) {
    return HttpResponse.json(error.statusCode, DocumentJson.standard().toBytes(error));
  }

  /** Asks who has sent the request. */
  static HttpResponse challenge(Refusal unproved) {
    ServiceErrorResponse error = ServiceErrorResponse.create(unproved, unproved.status());
    unproved.addTo(error);
    if (unproved instanceof BusyProofsException) {
      return of(error).with(Operation.RETRY_AFTER_HEADER, BusyProofsException.RETRY_AFTER_SECONDS);
    }
    return unproved.status() == Operation.STATUS_CODE_UNAVAILABLE
        ? of(error).with(Operation.RETRY_AFTER_HEADER, "1")
        : of(error).with(Operation.WWW_AUTHENTICATE_HEADER, AnswerHeaders.CHALLENGE);
  }

  /** Says when to come again, if that helps. */
  static HttpResponse of(LimitExceeded limit) {
    ServiceErrorResponse error = ServiceErrorResponse.create(limit, limit.status());
    limit.addTo(error);
    return limit.retryAfterSeconds() == 0
        ? of(error)
        : of(error).with(Operation.RETRY_AFTER_HEADER, String.valueOf(limit.retryAfterSeconds()));
  }
}
