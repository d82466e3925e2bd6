// SPDX-License-Identifier: Apache-2.0
/**
 * What the user of a node group sees of its partitions, and the state machines that he gives them.
 */
@NullMarked
package io.cairn.cluster.group.partition;

import org.jspecify.annotations.NullMarked;
