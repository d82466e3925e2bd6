// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributeEvent;

/** Which method of an application an event calls. */
final class ApplicationCallbacks {

  private ApplicationCallbacks() {}

  static Callback of(ClusterApplication application, ClusterEvent event) {
    return switch (event) {
      case ClusterEvent.NodeJoined(var node, boolean healthy) ->
          new Callback(
              "informNodeJoinedCluster", () -> application.informNodeJoinedCluster(node, healthy));
      case ClusterEvent.NodeLeft(var node, var reason, boolean healthy) ->
          new Callback(
              "informNodeLeftCluster",
              () -> application.informNodeLeftCluster(node, reason, healthy));
      case ClusterEvent.NodeSuspected(var node, boolean healthy) ->
          new Callback("informNodeSuspected", () -> application.informNodeSuspected(node, healthy));
      case ClusterEvent.NodeRecovered(var node, boolean healthy) ->
          new Callback("informNodeRecovered", () -> application.informNodeRecovered(node, healthy));
      case ClusterEvent.LiveNodes(var nodes, boolean healthy) ->
          new Callback("informAllLiveNodes", () -> application.informAllLiveNodes(nodes, healthy));
      case ClusterEvent.HealthChanged(ClusterHealth health) ->
          new Callback(
              "informClusterIsHealthy", () -> application.informClusterIsHealthy(health.healthy()));
      case ClusterEvent.AttributesChanged(AttributeEvent change) -> of(application, change);
    };
  }

  private static Callback of(ClusterApplication application, AttributeEvent change) {
    String set = change.set();
    return switch (change) {
      case AttributeEvent.SetCreated created ->
          new Callback(
              "informAttributeSetCreated", () -> application.informAttributeSetCreated(set));
      case AttributeEvent.SetRemoved removed ->
          new Callback(
              "informAttributeSetRemoved", () -> application.informAttributeSetRemoved(set));
      case AttributeEvent.Added added ->
          new Callback(
              "informAttributeAdded",
              () -> application.informAttributeAdded(set, added.attribute()));
      case AttributeEvent.Replaced replaced ->
          new Callback(
              "informAttributeReplaced",
              () ->
                  application.informAttributeReplaced(
                      set, replaced.attribute(), replaced.previous()));
      case AttributeEvent.Removed removed ->
          new Callback(
              "informAttributeRemoved",
              () -> application.informAttributeRemoved(set, removed.attribute()));
    };
  }
}
