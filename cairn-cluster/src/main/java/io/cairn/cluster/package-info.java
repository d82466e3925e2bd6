// SPDX-License-Identifier: Apache-2.0
/**
 * What replication offers to the rest: replica sets that agree on one log each, the state machines
 * that they drive, and what a node needs for that. {@link io.cairn.cluster.ReplicationNode} is a
 * node's share; the packages below hold the parts.
 */
@NullMarked
package io.cairn.cluster;

import org.jspecify.annotations.NullMarked;
