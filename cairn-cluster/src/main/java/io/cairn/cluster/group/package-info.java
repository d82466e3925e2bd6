// SPDX-License-Identifier: Apache-2.0
/**
 * Node groups: which nodes hold a set of documents together, in which roles, and how the partitions
 * of those documents are placed on them. The truth is replicated by consensus in each group's own
 * system partition; gossip only says who is alive.
 */
@NullMarked
package io.cairn.cluster.group;

import org.jspecify.annotations.NullMarked;
