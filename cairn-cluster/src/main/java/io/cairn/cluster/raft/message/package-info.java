// SPDX-License-Identifier: Apache-2.0
/**
 * What the members of a replica set tell each other and keep in the log: the engine's objects, the
 * messages, and both as bytes.
 */
@NullMarked
package io.cairn.cluster.raft.message;

import org.jspecify.annotations.NullMarked;
