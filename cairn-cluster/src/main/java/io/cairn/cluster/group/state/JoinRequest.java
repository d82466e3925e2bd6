// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.net.URI;
import java.util.Map;

/**
 * Who wants to become a member.
 *
 * @param id its name
 * @param address where it is reached
 * @param role what it wants to do
 * @param properties what it says about itself
 * @param token made for this one wish, so that asking again is harmless
 */
public record JoinRequest(
    String id, URI address, NodeRole role, Map<String, String> properties, String token) {}
