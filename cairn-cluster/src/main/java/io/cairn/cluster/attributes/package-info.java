// SPDX-License-Identifier: Apache-2.0
/**
 * Attributes that all nodes of a cluster share: named sets of named values, in a replicated map
 * that converges whatever the order of messages and that needs no quorum. Knows nothing of
 * membership: it is told which nodes are there.
 */
@NullMarked
package io.cairn.cluster.attributes;

import org.jspecify.annotations.NullMarked;
