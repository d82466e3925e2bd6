// SPDX-License-Identifier: Apache-2.0
/** Consensus groups on the MicroRaft core. Nothing outside this package names that library. */
@NullMarked
package io.cairn.cluster.raft;

import org.jspecify.annotations.NullMarked;
