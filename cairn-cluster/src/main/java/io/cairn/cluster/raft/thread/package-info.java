// SPDX-License-Identifier: Apache-2.0
/** The threads, the queues and the timers on which the replica sets of a node run. */
@NullMarked
package io.cairn.cluster.raft.thread;

import org.jspecify.annotations.NullMarked;
