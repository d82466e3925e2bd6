// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import org.jspecify.annotations.Nullable;

/** Decides whether a node that has proved to belong here may call itself what it does. */
@FunctionalInterface
public interface PeerGate {

  /**
   * Judges who a node says it is. Runs on an event loop and must not block.
   *
   * @return which living node has that id or address already, and what to do, in at most 120 bytes;
   *     null if the node may come in
   */
  @Nullable String refusal(PeerIdentity peer);
}
