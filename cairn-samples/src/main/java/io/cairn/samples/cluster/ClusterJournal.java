// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.cluster;

import io.cairn.cluster.application.ApplicationMessage;
import io.cairn.cluster.application.ClusterApplication;
import io.cairn.cluster.application.ClusterNode;
import io.cairn.cluster.application.LeaveReason;
import io.cairn.cluster.application.Messenger;
import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributesClient;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs everything that a cluster tells its applications. Greets each node that joins with a
 * message, and answers whoever asks. To use it, name it in the configuration of a node:
 *
 * <pre>cluster.app.class=io.cairn.samples.cluster.ClusterJournal</pre>
 */
public final class ClusterJournal implements ClusterApplication {

  private static final Logger log = LoggerFactory.getLogger(ClusterJournal.class);

  private @Nullable Messenger responder;

  @Override
  public void start() {
    log.info("start");
  }

  @Override
  public void stop() {
    log.info("stop");
  }

  @Override
  public void informResponder(Messenger given) {
    responder = given;
    log.info("informResponder");
  }

  @Override
  public void informAttributesClient(AttributesClient given) {
    log.info("informAttributesClient");
  }

  @Override
  public void informAllLiveNodes(Collection<ClusterNode> liveNodes, boolean isHealthyCluster) {
    log.info(
        "informAllLiveNodes {} {}",
        liveNodes.stream().map(ClusterNode::id).toList(),
        healthy(isHealthyCluster));
  }

  @Override
  public void informNodeJoinedCluster(ClusterNode node, boolean isHealthyCluster) {
    log.info("informNodeJoinedCluster {} {}", node.id(), healthy(isHealthyCluster));
    if (responder != null) {
      var _ =
          responder
              .sendTo(node.id(), "Hello, " + node.id())
              .thenAccept(delivery -> log.info("the greeting of {}: {}", node.id(), delivery));
    }
  }

  @Override
  public void informNodeLeftCluster(
      ClusterNode node, LeaveReason reason, boolean isHealthyCluster) {
    log.info("informNodeLeftCluster {} {} {}", node.id(), reason, healthy(isHealthyCluster));
  }

  @Override
  public void informNodeSuspected(ClusterNode node, boolean isHealthyCluster) {
    log.info("informNodeSuspected {} {}", node.id(), healthy(isHealthyCluster));
  }

  @Override
  public void informNodeRecovered(ClusterNode node, boolean isHealthyCluster) {
    log.info("informNodeRecovered {} {}", node.id(), healthy(isHealthyCluster));
  }

  @Override
  public void informClusterIsHealthy(boolean isHealthyCluster) {
    log.info("informClusterIsHealthy {}", isHealthyCluster);
  }

  @Override
  public void informAttributeSetCreated(String attributeSetName) {
    log.info("informAttributeSetCreated {}", attributeSetName);
  }

  @Override
  public void informAttributeSetRemoved(String attributeSetName) {
    log.info("informAttributeSetRemoved {}", attributeSetName);
  }

  @Override
  public void informAttributeAdded(String attributeSetName, Attribute<?> attribute) {
    log.info(
        "informAttributeAdded {} {} {}", attributeSetName, attribute.name(), attribute.value());
  }

  @Override
  public void informAttributeReplaced(
      String attributeSetName, Attribute<?> attribute, Attribute<?> previous) {
    log.info(
        "informAttributeReplaced {} {} {}", attributeSetName, attribute.name(), attribute.value());
  }

  @Override
  public void informAttributeRemoved(String attributeSetName, Attribute<?> attribute) {
    log.info("informAttributeRemoved {} {}", attributeSetName, attribute.name());
  }

  @Override
  public void handleApplicationMessage(ApplicationMessage message) {
    log.info("handleApplicationMessage from {}: {}", message.sender(), message.asText());
    if (message.expectsReply()) {
      message.reply("You said: " + message.asText());
    }
  }

  private static String healthy(boolean isHealthy) {
    return isHealthy ? "healthy" : "not healthy";
  }
}
