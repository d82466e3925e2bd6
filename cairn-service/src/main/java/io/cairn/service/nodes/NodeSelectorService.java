// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** What is said to and by a node selector, which spreads keys over the nodes of a group. */
public interface NodeSelectorService {

  /** Asks who owns a key; with a target path, has the request itself done there. */
  class SelectAndForwardRequest {

    /** Where the request goes. */
    public enum ForwardingOption {
      /** Not for clients: the log replicates updates. */
      REPLICATE,
      /** To every node. */
      BROADCAST,
      /** To the owner of the key. */
      UNICAST,
      /** With {@link #BROADCAST}: to every other node. */
      EXCLUDE_ENTRY_NODE
    }

    public static final EnumSet<ForwardingOption> UNICAST_OPTIONS =
        EnumSet.of(ForwardingOption.UNICAST);

    /** What is looked up; the target path if absent. */
    public @Nullable String key;

    /** The service that the request goes to. */
    public @Nullable String targetPath;

    /** The query of the target, encoded. */
    public @Nullable String targetQuery;

    public EnumSet<ForwardingOption> options = EnumSet.noneOf(ForwardingOption.class);
  }

  /** Who owns a key. */
  @DocumentKind("com:vmware:xenon:common:NodeSelectorService:SelectOwnerResponse")
  class SelectOwnerResponse {
    public @Nullable String key;
    public @Nullable String ownerNodeId;
    public @Nullable URI ownerNodeGroupReference;

    /** Whether the owner is the node that answers. */
    public boolean isLocalHostOwner;

    /** The nodes that hold copies of what the key names. */
    public Collection<NodeState> selectedNodes = new ArrayList<>();

    public int availableNodeCount;
    public long membershipUpdateTimeMicros;

    /**
     * Returns the URI of a path on the owner.
     *
     * @param query what to ask there, not yet quoted, or null
     */
    public static URI buildUriToOwner(
        SelectOwnerResponse response, String path, @Nullable String query) {
      URI owner = response.ownerNodeGroupReference;
      if (owner == null) {
        throw new IllegalArgumentException("the response names no owner");
      }
      String absolute = "/" + path.replaceAll("^/+|/+$", "");
      try {
        return new URI(
                owner.getScheme(), null, owner.getHost(), owner.getPort(), absolute, query, null)
            .normalize();
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  /** Sets what a selector says its replication quorum is. */
  class UpdateReplicationQuorumRequest {
    public static final String KIND =
        "com:vmware:xenon:common:NodeSelectorService:UpdateReplicationQuorumRequest";

    public String documentKind = KIND;

    /** Whether to tell the selectors of the other nodes too. */
    public boolean isGroupUpdate;

    public @Nullable Integer replicationQuorum;

    /** A request for a quorum. */
    public static UpdateReplicationQuorumRequest create(boolean isGroupUpdate, int quorum) {
      UpdateReplicationQuorumRequest request = new UpdateReplicationQuorumRequest();
      request.isGroupUpdate = isGroupUpdate;
      request.replicationQuorum = quorum;
      return request;
    }
  }
}
