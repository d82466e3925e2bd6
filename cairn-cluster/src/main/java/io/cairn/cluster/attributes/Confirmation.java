// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Set;

/**
 * Who has taken over a change.
 *
 * @param confirmed the nodes that have it, by id
 * @param unconfirmed the nodes that did not say so before the retries ran out; they get it by the
 *     comparison of digests as soon as they are reached again
 */
public record Confirmation(Set<String> confirmed, Set<String> unconfirmed) {

  /** Copies the sets. */
  public Confirmation {
    confirmed = Set.copyOf(confirmed);
    unconfirmed = Set.copyOf(unconfirmed);
  }

  /** Tells whether every node that was live has it. */
  public boolean isComplete() {
    return unconfirmed.isEmpty();
  }
}
