// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.cluster.application.ApplicationMessage;
import io.cairn.cluster.application.ClusterApplication;
import io.cairn.cluster.application.ClusterNode;
import io.cairn.cluster.application.LeaveReason;
import io.cairn.cluster.application.Messenger;
import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributesClient;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Remembers what it is told, and answers requests. Made by its class name, too. */
public final class RecordingApplication implements ClusterApplication {

  /** Those that were made by their class name, in order. */
  static final Queue<RecordingApplication> MADE = new ConcurrentLinkedQueue<>();

  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  /** Makes one that a test finds in {@link #MADE}. */
  public RecordingApplication() {
    MADE.add(this);
  }

  List<String> told() {
    return List.copyOf(told);
  }

  private void note(String what) {
    told.add(what);
  }

  @Override
  public void start() {
    note("start on " + Thread.currentThread().getName());
  }

  @Override
  public void stop() {
    note("stop");
  }

  @Override
  public void informResponder(Messenger responder) {
    note("responder");
  }

  @Override
  public void informAttributesClient(AttributesClient client) {
    note("attributes");
  }

  @Override
  public void informAllLiveNodes(Collection<ClusterNode> live, boolean healthy) {
    note("live " + live.stream().map(ClusterNode::id).collect(Collectors.joining(" ")));
  }

  @Override
  public void informNodeJoinedCluster(ClusterNode node, boolean healthy) {
    note("joined " + node.id());
  }

  @Override
  public void informNodeLeftCluster(ClusterNode node, LeaveReason reason, boolean healthy) {
    note("left " + node.id() + " " + reason);
  }

  @Override
  public void informNodeSuspected(ClusterNode node, boolean healthy) {
    note("suspected " + node.id());
  }

  @Override
  public void informNodeRecovered(ClusterNode node, boolean healthy) {
    note("recovered " + node.id());
  }

  @Override
  public void informClusterIsHealthy(boolean healthy) {
    note("healthy " + healthy);
  }

  @Override
  public void informAttributeSetCreated(String set) {
    note("created " + set);
  }

  @Override
  public void informAttributeSetRemoved(String set) {
    note("removed " + set);
  }

  @Override
  public void informAttributeAdded(String set, Attribute<?> attribute) {
    note("added " + set + ":" + attribute.name() + "=" + attribute.value());
  }

  @Override
  public void informAttributeReplaced(String set, Attribute<?> attribute, Attribute<?> previous) {
    note("replaced " + set + ":" + attribute.name() + "=" + attribute.value());
  }

  @Override
  public void informAttributeRemoved(String set, Attribute<?> attribute) {
    note("removed " + set + ":" + attribute.name());
  }

  @Override
  public void handleApplicationMessage(ApplicationMessage message) {
    note("message " + message.asText() + " of " + message.sender());
    if (message.expectsReply()) {
      message.reply(message.asText() + "!");
    }
  }
}
