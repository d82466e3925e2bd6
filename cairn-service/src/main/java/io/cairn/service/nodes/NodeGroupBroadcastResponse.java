// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceErrorResponse;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the nodes of a group answered to a request that went to all of them. */
@DocumentKind(NodeGroupBroadcastResponse.KIND)
public class NodeGroupBroadcastResponse {
  public static final String KIND = "com:vmware:xenon:services:common:NodeGroupBroadcastResponse";

  /** The target on each node. */
  public Set<URI> receivers = new TreeSet<>();

  /** The group on each node that was asked, by node id. */
  public Map<String, URI> selectedNodes = new TreeMap<>();

  /** The bodies of the answers: JSON as text, {@code null} for none. */
  public Map<URI, String> jsonResponses = new TreeMap<>();

  /** What went wrong on the others. */
  public Map<URI, ServiceErrorResponse> failures = new TreeMap<>();

  /** How many members were available when the request was sent. */
  public long availableNodeCount;

  /** How many members the group has. */
  public long nodeCount;

  public long membershipQuorum;
}
