// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static io.cairn.net.Ranges.atLeast;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What the connections to other nodes may cost, each of them, unless said: there is one for each
 * lane.
 *
 * @param maxFrameBytes length of one message, request or answer; longer ones are not sent, and end
 *     the connection when they arrive
 * @param queueBytes what may wait for a peer, on all its lanes together; beyond it messages are
 *     dropped and requests fail. An eighth of it is divided among the lanes, so that one that is
 *     full stops no other
 * @param windowBytes how much of a download may be under way or unread
 * @param maxRequests requests of one lane that may be unanswered; further ones are refused
 * @param maxDownloads downloads that one peer may have open; further ones are refused
 * @param maxUnproven connections that have not proved themselves yet, of each kind: those that say
 *     nothing, those that said who they are, those that knocked with the secret. For a further one
 *     the oldest of its kind is closed
 */
@RecordBuilder
public record PeerLimits(
    int maxFrameBytes,
    int queueBytes,
    int windowBytes,
    int maxRequests,
    int maxDownloads,
    int maxUnproven)
    implements PeerLimitsBuilder.With {

  /** Checks that every limit is positive. */
  public PeerLimits {
    atLeast("maxFrameBytes", maxFrameBytes, 1);
    atLeast("queueBytes", queueBytes, 1);
    atLeast("windowBytes", windowBytes, 1);
    atLeast("maxRequests", maxRequests, 1);
    atLeast("maxDownloads", maxDownloads, 1);
    atLeast("maxUnproven", maxUnproven, 1);
  }

  /** Returns the limits that hold unless others are given. */
  public static PeerLimits defaults() {
    return PeerLimitsBuilder.builder()
        .maxFrameBytes(72 << 20)
        .queueBytes(96 << 20)
        .windowBytes(1 << 20)
        .maxRequests(8192)
        .maxDownloads(16)
        .maxUnproven(64)
        .build();
  }
}
