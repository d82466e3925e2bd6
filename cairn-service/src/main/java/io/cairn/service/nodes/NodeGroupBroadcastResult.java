// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.nodes;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.NodeGroupUtils;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a group answered, one entry for each node.
 *
 * @see NodeGroupUtils#toBroadcastResult
 */
public class NodeGroupBroadcastResult {

  /** What one node answered. */
  public static class PeerNodeResult {
    /** The target on that node. */
    public @Nullable URI requestUri;

    public @Nullable String hostId;

    /** The group on that node. */
    public @Nullable URI nodeGroupUri;

    /** The body of a success, as text; {@code null} as a word if it had none. */
    public @Nullable String json;

    public @Nullable ServiceErrorResponse errorResponse;

    public boolean isSuccess() {
      return json != null;
    }

    public boolean isFailure() {
      return errorResponse != null;
    }

    /**
     * The body of a success as an object; null if it had none.
     *
     * @throws IllegalStateException if the node answered with a failure
     */
    public <T> @Nullable T castBodyTo(Class<T> bodyType) {
      if (json == null) {
        throw new IllegalStateException(requestUri + " answered with a failure");
      }
      return DocumentJson.standard().fromJson(json, bodyType);
    }
  }

  public long availableNodeCount;
  public long unavailableNodeCount;
  public long totalNodeCount;
  public long membershipQuorum;
  public List<PeerNodeResult> allResponses = new ArrayList<>();
  public List<PeerNodeResult> successResponses = new ArrayList<>();
  public List<PeerNodeResult> failureResponses = new ArrayList<>();
  public List<ServiceErrorResponse> failureErrorResponses = new ArrayList<>();

  public boolean hasSuccess() {
    return !successResponses.isEmpty();
  }

  public boolean hasFailure() {
    return !failureResponses.isEmpty();
  }

  /** Whether as many succeeded as the group was set to need. */
  public boolean isMajoritySuccess() {
    return successResponses.size() >= membershipQuorum;
  }

  /** Whether as many failed as the group was set to need. */
  public boolean isMajorityFailure() {
    return failureResponses.size() >= membershipQuorum;
  }

  public boolean isAllSuccess() {
    return !hasFailure();
  }

  public boolean isAllFailure() {
    return !hasSuccess();
  }

  /** The bodies of all successes as objects; those without one are left out. */
  public <T> List<T> getSuccessesAs(Class<T> type) {
    List<T> bodies = new ArrayList<>();
    for (PeerNodeResult success : successResponses) {
      T body = success.castBodyTo(type);
      if (body != null) {
        bodies.add(body);
      }
    }
    return bodies;
  }
}
