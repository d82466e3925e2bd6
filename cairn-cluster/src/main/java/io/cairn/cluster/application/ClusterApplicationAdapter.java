// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import java.util.Collection;

/** A {@link ClusterApplication} that does nothing; for those that want to hear some things only. */
public abstract class ClusterApplicationAdapter implements ClusterApplication {

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public void informResponder(Messenger responder) {}

  @Override
  public void informAttributesClient(AttributesClient client) {}

  @Override
  public void informAllLiveNodes(Collection<ClusterNode> liveNodes, boolean isHealthyCluster) {}

  @Override
  public void informNodeJoinedCluster(ClusterNode node, boolean isHealthyCluster) {}

  @Override
  public void informNodeLeftCluster(
      ClusterNode node, LeaveReason reason, boolean isHealthyCluster) {}

  @Override
  public void informNodeSuspected(ClusterNode node, boolean isHealthyCluster) {}

  @Override
  public void informNodeRecovered(ClusterNode node, boolean isHealthyCluster) {}

  @Override
  public void informClusterIsHealthy(boolean isHealthyCluster) {}

  @Override
  public void informAttributeSetCreated(String attributeSetName) {}

  @Override
  public void informAttributeSetRemoved(String attributeSetName) {}

  @Override
  public void handleApplicationMessage(ApplicationMessage message) {}
}
