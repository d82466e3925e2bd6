// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.http.OperationVocabulary;

/**
 * Somebody has as much of something as it may have: 403 where waiting changes nothing, as for what
 * a tenant stores, 429 with {@code Retry-After} where it does, 503 with that where the host is at
 * its limit. Nothing was done.
 */
public final class LimitExceeded extends Refusal {
  private static final long serialVersionUID = 1L;

  private final int errorCode;
  private final long retryAfterSeconds;

  private LimitExceeded(int status, int errorCode, long retryAfterSeconds, String message) {
    super(status, message);
    this.errorCode = errorCode;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 403: there is no room until something is given up. */
  public static LimitExceeded quota(String message) {
    return new LimitExceeded(
        OperationVocabulary.STATUS_CODE_FORBIDDEN,
        ServiceErrorResponse.ERROR_CODE_QUOTA_EXCEEDED,
        0,
        message);
  }

  /**
   * 429: the same request may be done later.
   *
   * @param retryAfterSeconds when, at least 1
   */
  public static LimitExceeded forNow(long retryAfterSeconds, String message) {
    return new LimitExceeded(
        OperationVocabulary.STATUS_CODE_TOO_MANY_REQUESTS,
        ServiceErrorResponse.ERROR_CODE_HOST_RATE_LIMIT_EXCEEDED,
        Math.max(1, retryAfterSeconds),
        message);
  }

  /** 503: the host has as much to do as it takes, and who asks has its share of that. */
  public static LimitExceeded ofHost(String message) {
    return new LimitExceeded(
        OperationVocabulary.STATUS_CODE_UNAVAILABLE,
        ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
        1,
        message);
  }

  /** After how many seconds the client may ask again; 0 if nothing changes by waiting. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  @Override
  public void addTo(ServiceErrorResponse body) {
    body.setInternalErrorCode(errorCode);
  }
}
