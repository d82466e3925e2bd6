// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One node of a group, as the node that was asked sees it. */
@DocumentKind("com:vmware:xenon:services:common:NodeState")
public class NodeState extends ServiceDocument {

  /** The custom property that holds the node's location, if it was given one. */
  public static final String PROPERTY_NAME_LOCATION = "xenon.NodeState.location";

  /** How a node is doing. */
  public enum NodeStatus {
    /** Not heard of yet. */
    UNKNOWN,
    /** Dead or stopped. */
    UNAVAILABLE,
    /** Alive, with all its copies up to date. */
    AVAILABLE,
    /** Alive, and still being brought up to date. */
    SYNCHRONIZING,
    /** Another node has taken its place; known to clients of the predecessor, never shown. */
    REPLACED
  }

  /** What a node does in its group. */
  public enum NodeOption {
    /** Votes, and owns documents. */
    PEER,
    /** Holds copies, and neither votes nor owns. */
    OBSERVER
  }

  /** Where clients reach the group on that node. */
  public @Nullable URI groupReference;

  public NodeStatus status = NodeStatus.UNKNOWN;
  public EnumSet<NodeOption> options = EnumSet.of(NodeOption.PEER);

  /** The node's stable name. */
  public @Nullable String id;

  /** How many live members the group was set to need; a majority it always needs. */
  public int membershipQuorum = 1;

  /** How many nodes have an update on disk before it is acknowledged: a majority of the voters. */
  public int synchQuorum = 1;

  public int locationQuorum = 1;

  /** Such as {@link #PROPERTY_NAME_LOCATION}. */
  public Map<String, String> customProperties = new TreeMap<>();

  /** Whether a node is dead or replaced. */
  public static boolean isUnAvailable(NodeState node) {
    return node.status == NodeStatus.UNAVAILABLE || node.status == NodeStatus.REPLACED;
  }
}
