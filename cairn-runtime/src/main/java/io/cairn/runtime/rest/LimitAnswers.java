// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.HttpResponse;
import io.cairn.service.Operation;
import io.cairn.service.failure.LimitExceeded;

/** The answers to requests that nobody makes an operation of, because there are too many. */
final class LimitAnswers {

  private LimitAnswers() {}

  static HttpResponse of(LimitExceeded limit) {
    ServiceErrorResponse error = ServiceErrorResponse.create(limit, limit.status());
    limit.addTo(error);
    HttpResponse answer = HttpResponse.json(limit.status(), DocumentJson.standard().toBytes(error));
    return limit.retryAfterSeconds() == 0
        ? answer
        : answer.with(Operation.RETRY_AFTER_HEADER, String.valueOf(limit.retryAfterSeconds()));
  }
}
