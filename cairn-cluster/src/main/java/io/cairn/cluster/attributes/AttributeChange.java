// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.concurrent.CompletableFuture;

/**
 * What became of a change that this node was asked for. It is accepted: readers on this node see
 * it, and it is on disk if attributes are persistent.
 *
 * @param applied whether it changed anything: not if an attribute to add was there, one to replace
 *     or remove was not, or it had that value already
 * @param confirmed completes normally when every other node that was live at the time of the change
 *     has said that it has it, has left, or did not answer until the retries ran out; at once if
 *     nothing changed. Fails only with {@link java.util.concurrent.CancellationException}, if this
 *     node stops before. Dependents run on a thread that must not be blocked
 */
public record AttributeChange(boolean applied, CompletableFuture<Confirmation> confirmed) {}
