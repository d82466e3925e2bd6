// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * Who a node is, as it proved when its connection was made.
 *
 * @param nodeId its stable name
 * @param launchId random for each start of its process
 * @param address where it is dialed: {@code http://host:port} or {@code https://host:port}
 */
public record PeerIdentity(String nodeId, String launchId, URI address) {

  /**
   * Checks the parts and brings the address into its usual form.
   *
   * @throws IllegalArgumentException if a name is blank or the address names no host and port
   */
  public PeerIdentity {
    requireNonNull(nodeId, "nodeId");
    requireNonNull(launchId, "launchId");
    if (nodeId.isBlank() || launchId.isBlank()) {
      throw new IllegalArgumentException("nodeId and launchId must not be blank");
    }
    address = PeerAddress.normalize(address);
  }

  @Override
  public String toString() {
    return nodeId + "@" + address + " (launch " + launchId + ")";
  }
}
