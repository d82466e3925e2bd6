// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One request of a load, with what its client knows about it.
 *
 * @param client number of the client
 * @param action the HTTP method
 * @param link the document it was for
 * @param mark what tells this request from all others, for instance an id that it adds
 * @param outcome what the client knows
 * @param answer what came back, or null if nothing did
 * @param invokedNanos when it was sent, in nanoseconds since the load was made
 * @param returnedNanos when its outcome was known
 */
public record RecordedRequest(
    int client,
    String action,
    String link,
    String mark,
    Outcome outcome,
    @Nullable Answer answer,
    long invokedNanos,
    long returnedNanos) {}
