// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * What the connections to other nodes may cost.
 *
 * @param maxFrameBytes length of one message, request or answer; longer ones are not sent, and end
 *     the connection when they arrive
 * @param queueBytes what may wait for one peer; beyond it messages are dropped and requests fail
 * @param windowBytes how much of a download may be under way or unread
 * @param maxRequests requests of one peer that may be unanswered; further ones are refused
 * @param maxDownloads downloads that one peer may have open; further ones are refused
 * @param maxUnproven connections that have not proved themselves yet, of each kind: those that say
 *     nothing, those that said who they are, those that knocked with the secret. For a further one
 *     the oldest of its kind is closed
 */
public record PeerLimits(
    int maxFrameBytes,
    int queueBytes,
    int windowBytes,
    int maxRequests,
    int maxDownloads,
    int maxUnproven) {

  /** The limits that hold unless others are given. */
  public static final PeerLimits DEFAULTS =
      new PeerLimits(72 << 20, 96 << 20, 1 << 20, 8192, 16, 64);

  /** Checks that every limit is positive. */
  public PeerLimits {
    requirePositive("maxFrameBytes", maxFrameBytes);
    requirePositive("queueBytes", queueBytes);
    requirePositive("windowBytes", windowBytes);
    requirePositive("maxRequests", maxRequests);
    requirePositive("maxDownloads", maxDownloads);
    requirePositive("maxUnproven", maxUnproven);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }
}
