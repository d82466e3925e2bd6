// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.state.NodeRole;
import java.net.URI;
import java.util.Map;

/**
 * One member of a group as this node sees it.
 *
 * @param id the node's stable name
 * @param address where the node is reached
 * @param status how it is doing
 * @param role what it does
 * @param properties such as its location
 * @param version counts the changes of this entry
 * @param updateTimeMicros when it last changed, microseconds since 1970
 * @param expirationTimeMicros when it will be removed if it stays dead; 0 while it lives
 */
public record NodeView(
    String id,
    URI address,
    NodeStatus status,
    NodeRole role,
    Map<String, String> properties,
    long version,
    long updateTimeMicros,
    long expirationTimeMicros) {}
