// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.time.Duration;

/**
 * A peer whose time of day differs from this node's.
 *
 * @param nodeId the peer
 * @param ahead how far its clock is ahead of this node's; negative if it is behind
 */
public record PeerClockSkew(String nodeId, Duration ahead) {

  /** Says so in whole units, rounded, and what to do. */
  public String text() {
    Duration by = ahead.abs();
    String size =
        by.toHours() >= 48
            ? by.plusHours(12).toDays() + " days"
            : by.toMinutes() >= 120
                ? by.plusMinutes(30).toHours() + " hours"
                : by.toSeconds() >= 120
                    ? by.plusSeconds(30).toMinutes() + " minutes"
                    : by.plusMillis(500).toSeconds() + " seconds";
    return "The clock of node %s is %s %s this node's. Set the clocks of both hosts, and keep them by NTP"
        .formatted(nodeId, size, ahead.isNegative() ? "behind" : "ahead of");
  }
}
