// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.keys.ApiKeys;
import io.cairn.runtime.security.identity.revocation.ProofId;
import io.cairn.runtime.security.identity.revocation.Revocations;

/**
 * What this node knows of proofs that were given out: which were taken back, which API keys there
 * are. Thread-safe.
 *
 * @param revocations what was taken back
 * @param keys the API keys
 */
public record IssuedProofs(Revocations revocations, ApiKeys keys) {

  /**
   * Grows with each change: each part only grows, so that the sum stays the same only if all do.
   */
  long revision() {
    return revocations.revision() + keys.revision();
  }

  /**
   * Whether what proved a subject was taken back, for those who keep one for longer than a request.
   */
  public boolean isRevoked(Subject subject) {
    if (subject.tokenId() == null) {
      return false;
    }
    ProofId proof = ProofId.parse(subject.tokenId());
    return revocations.isRevoked(proof.id(), subject.link(), proof.generation())
        || (subject.kind() == Subject.Kind.KEY && !keys.exists(proof.id()));
  }
}
