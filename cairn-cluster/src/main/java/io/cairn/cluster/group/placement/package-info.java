// SPDX-License-Identifier: Apache-2.0
/**
 * The decision which nodes hold, vote for and lead each partition, as functions of the group's
 * state.
 */
@NullMarked
package io.cairn.cluster.group.placement;

import org.jspecify.annotations.NullMarked;
