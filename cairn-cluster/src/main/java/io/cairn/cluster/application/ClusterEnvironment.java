// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.membership.Membership;
import io.cairn.net.peer.PeerNetwork;
import java.time.InstantSource;

/**
 * What a {@link ClusterRuntime} is built on. It closes none of it.
 *
 * @param membership tells which nodes are live; not started yet
 * @param peers carries application messages
 * @param quorum tells how many nodes are needed
 * @param clock tells when a node was heard of, and how long a callback takes
 */
public record ClusterEnvironment(
    Membership membership, PeerNetwork peers, QuorumView quorum, InstantSource clock) {}
