// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down what it hears, a few words each. */
class RecordingApplication implements ClusterApplication {

  private final List<String> heard = new ArrayList<>();
  private final List<ClusterNode> nodes = new ArrayList<>();
  private volatile @Nullable Messenger responder;
  private volatile @Nullable AttributesClient client;

  synchronized List<String> heard() {
    return List.copyOf(heard);
  }

  synchronized void forget() {
    heard.clear();
  }

  /** What it heard, of certain kinds only. */
  List<String> heard(Predicate<String> kinds) {
    return heard().stream().filter(kinds).toList();
  }

  /** The nodes of which it heard one by one. */
  synchronized List<ClusterNode> nodes() {
    return List.copyOf(nodes);
  }

  Messenger responder() {
    Messenger given = responder;
    if (given == null) {
      throw new AssertionError("no responder was given");
    }
    return given;
  }

  @Nullable AttributesClient client() {
    return client;
  }

  private synchronized void hear(String words) {
    heard.add(words);
  }

  private synchronized void hear(String words, ClusterNode node) {
    nodes.add(node);
    heard.add(words);
  }

  @Override
  public void start() {
    hear("start");
  }

  @Override
  public void stop() {
    hear("stop");
  }

  @Override
  public void informResponder(Messenger given) {
    responder = given;
    hear("responder");
  }

  @Override
  public void informAttributesClient(AttributesClient given) {
    client = given;
    hear("attributesClient");
  }

  @Override
  public void informAllLiveNodes(Collection<ClusterNode> liveNodes, boolean healthy) {
    hear("live " + liveNodes.stream().map(ClusterNode::id).toList() + " " + healthy);
  }

  @Override
  public void informNodeJoinedCluster(ClusterNode node, boolean healthy) {
    hear("joined " + node.id() + " " + healthy, node);
  }

  @Override
  public void informNodeLeftCluster(ClusterNode node, LeaveReason reason, boolean healthy) {
    hear("left " + node.id() + " " + reason + " " + healthy, node);
  }

  @Override
  public void informNodeSuspected(ClusterNode node, boolean healthy) {
    hear("suspected " + node.id() + " " + healthy, node);
  }

  @Override
  public void informNodeRecovered(ClusterNode node, boolean healthy) {
    hear("recovered " + node.id() + " " + healthy, node);
  }

  @Override
  public void informClusterIsHealthy(boolean healthy) {
    hear("healthy " + healthy);
  }

  @Override
  public void informAttributeSetCreated(String set) {
    hear("created " + set);
  }

  @Override
  public void informAttributeSetRemoved(String set) {
    hear("set removed " + set);
  }

  @Override
  public void informAttributeAdded(String set, String attribute) {
    hear("added " + set + " " + attribute);
  }

  @Override
  public void informAttributeReplaced(String set, String attribute) {
    hear("replaced " + set + " " + attribute);
  }

  @Override
  public void informAttributeRemoved(String set, String attribute) {
    hear("removed " + set + " " + attribute);
  }

  @Override
  public void handleApplicationMessage(ApplicationMessage message) {
    String body = message.isText() ? message.asText() : message.asBytes().length + " bytes";
    hear(message.sender() + ": " + body);
  }
}
