// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import org.jspecify.annotations.Nullable;

/**
 * Whether a subject may do something, and why.
 *
 * @param verdict what becomes of the request
 * @param roleLink the role that decided; null if none did
 * @param userGroupLink the group by which the subject has that role
 * @param resourceGroupLink what of that role the target is in
 * @param reason one sentence for who asks why, as {@code ./cairn can-i} does
 */
public record Decision(
    Verdict verdict,
    @Nullable String roleLink,
    @Nullable String userGroupLink,
    @Nullable String resourceGroupLink,
    String reason) {

  /** What becomes of a request. */
  public enum Verdict {
    /** It is done. */
    ALLOWED,
    /** It is refused: 403, or 401 if nobody has said who asks. */
    DENIED,
    /** It is answered as if there were nothing: 404. */
    HIDDEN,
    /** This node cannot tell, for it has been cut off for long: 503. */
    UNSURE
  }

  /** A decision that no role made. */
  static Decision of(Verdict verdict, String reason) {
    return new Decision(verdict, null, null, null, reason);
  }

  /** Whether the request is done. */
  public boolean isAllowed() {
    return verdict == Verdict.ALLOWED;
  }
}
