// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributesClient;
import java.util.Collection;

/**
 * Application code that hears what happens in the cluster. All methods are called one at a time, in
 * the order of the events, each exactly once for each event, on the thread or the executor that the
 * application was registered with, and never while the cluster waits: one that blocks delays only
 * what this application hears next, and one that throws is logged and counted.
 *
 * <p>The order is: {@link #start}, {@link #informResponder}, {@link #informAttributesClient}, then
 * whatever happens, last {@link #stop}. Nothing is reported about the node itself.
 *
 * <p>What a method is given is how it was right after the event: the node, the live nodes, whether
 * the cluster was healthy ({@link ClusterHealth#healthy}), the attribute with its value. What the
 * application reads by itself while it is called, of {@link Cluster} or the {@link
 * AttributesClient}, is that or something later, never something earlier: the node may have gone
 * again, the attribute been changed or removed. Each of those changes is reported too, afterwards.
 */
public interface ClusterApplication {

  /** The node begins to look for others. */
  void start();

  /** The node has stopped taking part; nothing follows. */
  void stop();

  /** Hands over what sends messages to other nodes. */
  void informResponder(Messenger responder);

  /** Hands over what reads and changes attributes. */
  void informAttributesClient(AttributesClient client);

  /** All live nodes, this one included, after one joined or left, and once at the start. */
  void informAllLiveNodes(Collection<ClusterNode> liveNodes, boolean isHealthyCluster);

  /** Another node is there. */
  void informNodeJoinedCluster(ClusterNode node, boolean isHealthyCluster);

  /** Another node is gone. */
  void informNodeLeftCluster(ClusterNode node, LeaveReason reason, boolean isHealthyCluster);

  /** Somebody got no answer from the node; unless it answers in time, it is given up. */
  void informNodeSuspected(ClusterNode node, boolean isHealthyCluster);

  /** A suspected node answered. */
  void informNodeRecovered(ClusterNode node, boolean isHealthyCluster);

  /** The cluster is healthy or not: once when the start is completed, then at each change. */
  void informClusterIsHealthy(boolean isHealthyCluster);

  /** A set of attributes is there. */
  void informAttributeSetCreated(String attributeSetName);

  /** A set of attributes is no longer there. */
  void informAttributeSetRemoved(String attributeSetName);

  /** An attribute is there; {@link #informAttributeAdded(String, Attribute)} tells its value. */
  default void informAttributeAdded(String attributeSetName, String attributeName) {}

  /**
   * An attribute has another value; {@link #informAttributeReplaced(String, Attribute, Attribute)}
   * tells which.
   */
  default void informAttributeReplaced(String attributeSetName, String attributeName) {}

  /** An attribute is no longer there. */
  default void informAttributeRemoved(String attributeSetName, String attributeName) {}

  /**
   * An attribute is there. This is what is called; unless overridden it calls the form with names.
   *
   * @param attribute as it was added
   */
  default void informAttributeAdded(String attributeSetName, Attribute<?> attribute) {
    informAttributeAdded(attributeSetName, attribute.name());
  }

  /**
   * An attribute has another value. This is what is called; unless overridden it calls the form
   * with names.
   *
   * @param attribute as it became
   * @param previous as it was
   */
  default void informAttributeReplaced(
      String attributeSetName, Attribute<?> attribute, Attribute<?> previous) {
    informAttributeReplaced(attributeSetName, attribute.name());
  }

  /**
   * An attribute is no longer there. This is what is called; unless overridden it calls the form
   * with names.
   *
   * @param attribute as it was
   */
  default void informAttributeRemoved(String attributeSetName, Attribute<?> attribute) {
    informAttributeRemoved(attributeSetName, attribute.name());
  }

  /**
   * Another node sent a message; {@link ApplicationMessage#expectsReply} tells whether it waits. It
   * may come before the node is reported as joined: messages and membership travel separately.
   */
  void handleApplicationMessage(ApplicationMessage message);
}
