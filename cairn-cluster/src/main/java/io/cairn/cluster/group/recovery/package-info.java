// SPDX-License-Identifier: Apache-2.0
/** The recovery of a node group that has lost a majority of its nodes for good. */
@NullMarked
package io.cairn.cluster.group.recovery;

import org.jspecify.annotations.NullMarked;
