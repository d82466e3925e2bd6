// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A proposal that was committed and applied.
 *
 * @param index its place in the replica set's log
 * @param result what the state machine returned
 */
public record Applied(long index, @Nullable Object result) {}
