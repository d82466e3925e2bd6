// SPDX-License-Identifier: Apache-2.0
/**
 * The replicas of partitions on this node: their life, their members, and who leads them elsewhere.
 */
@NullMarked
package io.cairn.cluster.group.replica;

import org.jspecify.annotations.NullMarked;
