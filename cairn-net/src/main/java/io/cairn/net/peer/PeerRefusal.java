// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * Why this node has not let somebody in who came to be its peer.
 *
 * @param visitor the id and address that it gave, if it proved that it may, else where it came from
 * @param kind what is wrong
 * @param reason what happened and what to do about it, without a full stop
 */
public record PeerRefusal(String visitor, PeerTrouble.Kind kind, String reason) {}
