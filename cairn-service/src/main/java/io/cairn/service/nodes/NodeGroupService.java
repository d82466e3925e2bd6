// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is said to and by a node group: who is in it and how they are, by GET; joining, quorum and
 * configuration by POST and PATCH; the removal of a dead member by a DELETE of its link.
 * Subscribers, and clients that accept an event stream, are sent the new state after each change.
 */
public interface NodeGroupService {

  /** Counts the attempts to join that failed after they had been answered. */
  String STAT_NAME_JOIN_FAILURE_COUNT = "joinFailureCount";

  /** What has changed. */
  enum NodeGroupChange {
    SELF_CHANGE,
    QUORUM_CHANGED,
    PEER_ADDED,
    PEER_STATUS_CHANGE,
    PEER_UNAVAILABLE,
    PEER_EXPIRED
  }

  /** What operators set for a group. */
  class NodeGroupConfig {
    /** How long a dead node stays a member. */
    public long nodeRemovalDelayMicros = 3_600_000_000L;

    /** Maintenance intervals without a change after which a group counts as settled. */
    public long stableGroupMaintenanceIntervalCount = 5;

    /** Accepted from clients of the predecessor, and without effect. */
    public @Nullable Long peerRequestTimeoutMicros;
  }

  /** A group. */
  @DocumentKind("com:vmware:xenon:services:common:NodeGroupService:NodeGroupState")
  class NodeGroupState extends ServiceDocument {
    public @Nullable NodeGroupConfig config;

    /** The members by id. */
    public Map<String, NodeState> nodes = new TreeMap<>();

    /** When membership last changed; equal on all members that agree. */
    public long membershipUpdateTimeMicros;

    /** When the node that answers last saw a change. */
    public long localMembershipUpdateTimeMicros;

    public EnumSet<NodeGroupChange> lastChanges = EnumSet.noneOf(NodeGroupChange.class);

    /** Why this node's last attempt to join another node's group failed; absent if none did. */
    public @Nullable String lastJoinFailure;
  }

  /** Has the node that gets it join the group of another one. */
  class JoinPeerRequest {
    public static final String KIND =
        "com:vmware:xenon:services:common:NodeGroupService:JoinPeerRequest";

    public String kind = KIND;

    /** The group's URI on one of its members. */
    public @Nullable URI memberGroupReference;

    /** What this node will do there: PEER, which is the default, or OBSERVER. */
    public @Nullable EnumSet<NodeState.NodeOption> localNodeOptions;

    /** The quorum to set for the group once this node has joined. */
    public @Nullable Integer membershipQuorum;

    public @Nullable Integer locationQuorum;

    /** A request to join as a peer. */
    public static JoinPeerRequest create(URI peer, @Nullable Integer membershipQuorum) {
      JoinPeerRequest request = new JoinPeerRequest();
      request.memberGroupReference = peer;
      request.membershipQuorum = membershipQuorum;
      return request;
    }
  }

  /** Sets how many live members a group needs. */
  class UpdateQuorumRequest {
    public static final String KIND =
        "com:vmware:xenon:services:common:NodeGroupService:UpdateQuorumRequest";

    public String kind = KIND;

    /** The quorum is the group's in any case. */
    public boolean isGroupUpdate;

    public @Nullable Integer membershipQuorum;
    public @Nullable Integer locationQuorum;

    /** A request that sets nothing yet. */
    public static UpdateQuorumRequest create(boolean isGroupUpdate) {
      UpdateQuorumRequest request = new UpdateQuorumRequest();
      request.isGroupUpdate = isGroupUpdate;
      return request;
    }

    public UpdateQuorumRequest setMembershipQuorum(int quorum) {
      membershipQuorum = quorum;
      return this;
    }

    public UpdateQuorumRequest setLocationQuorum(int quorum) {
      locationQuorum = quorum;
      return this;
    }
  }
}
