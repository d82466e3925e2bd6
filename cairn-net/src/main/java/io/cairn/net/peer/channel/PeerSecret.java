// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * What every node of a cluster knows and nobody else. It shows itself nowhere.
 *
 * @param text as it was configured
 */
public record PeerSecret(String text) {

  /** Refuses what is blank. */
  public PeerSecret {
    Ranges.require(!text.isBlank(), "the cluster secret", "more than blanks");
  }

  /** Returns a secret, or null for none. */
  public static @Nullable PeerSecret of(@Nullable String text) {
    return text == null ? null : new PeerSecret(text);
  }

  @Override
  public String toString() {
    return "********";
  }
}
