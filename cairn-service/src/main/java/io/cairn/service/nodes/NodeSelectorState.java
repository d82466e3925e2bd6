// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import org.jspecify.annotations.Nullable;

/** A node selector: which group it spreads documents over, and on how many nodes each is kept. */
@DocumentKind("com:vmware:xenon:common:NodeSelectorState")
public class NodeSelectorState extends ServiceDocument {

  /** Whether the selector finds owners. */
  public enum Status {
    UNAVAILABLE,
    /** Not used any more. */
    PAUSED,
    AVAILABLE
  }

  /** The path of the group. */
  public @Nullable String nodeGroupLink;

  /** How many nodes keep each document; absent for all. */
  public @Nullable Long replicationFactor;

  /** What clients set it to; a majority of the nodes that keep a document acknowledges anyway. */
  public @Nullable Integer replicationQuorum;

  public int membershipQuorum = 1;
  public long membershipUpdateTimeMicros;
  public Status status = Status.UNAVAILABLE;

  /** Whether requests through the selector find owners. */
  public static boolean isAvailable(NodeSelectorState state) {
    return state.status == Status.AVAILABLE;
  }
}
