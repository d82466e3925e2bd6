// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.state.NodeRole;
import org.jspecify.annotations.Nullable;

/**
 * How a node joins a group.
 *
 * @param role what it will do there
 * @param membershipQuorum the quorum to set for the group once joined; null to leave it
 */
public record JoinOptions(NodeRole role, @Nullable Integer membershipQuorum) {}
