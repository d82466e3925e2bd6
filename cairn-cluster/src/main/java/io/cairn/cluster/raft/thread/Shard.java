// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationTimer;
import java.util.concurrent.Executor;

/**
 * The one thread of some replica sets.
 *
 * @param number which of the node's shards it is
 * @param executor runs tasks one after the other
 * @param timer runs tasks later
 */
public record Shard(int number, Executor executor, ReplicationTimer timer) {}
