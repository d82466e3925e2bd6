// SPDX-License-Identifier: Apache-2.0
/**
 * The system partition of a node group: its state machine, its replica on this node, and what its
 * leader has to see to.
 */
@NullMarked
package io.cairn.cluster.group.system;

import org.jspecify.annotations.NullMarked;
