// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;

/** Sees every claim about members that goes in or out, before the library does. */
interface ClaimFilter {

  /** Returns whether the library may hear of it. */
  boolean incoming(Claim claim);

  /** Returns whether the others may hear of it. */
  boolean outgoing(Claim claim);

  /** Returns whether a launch is this one. */
  boolean isSelf(Launch launch);
}
