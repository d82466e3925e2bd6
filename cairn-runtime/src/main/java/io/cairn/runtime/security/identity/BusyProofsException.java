// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.service.failure.Refusal;

/** Nobody looks at a token now: too many wait, or too many from there were forged. */
public final class BusyProofsException extends Refusal {
  private static final long serialVersionUID = 1L;

  /** After how many seconds it may be tried again. */
  public static final String RETRY_AFTER_SECONDS = "1";

  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  private BusyProofsException(int status, String message) {
    super(status, message);
  }

  /** Too many tokens from an address were forged. */
  static BusyProofsException forged() {
    return new BusyProofsException(
        TOO_MANY,
        "Too many tokens from this address had a wrong signature. One that was not seen before is"
            + " looked at again in a second");
  }

  /** As many tokens wait to be looked at as may. */
  static BusyProofsException crowded() {
    return new BusyProofsException(
        UNAVAILABLE, "Too many tokens that were not seen before at once. Try again in a second");
  }
}
