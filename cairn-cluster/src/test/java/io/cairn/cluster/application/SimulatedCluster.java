// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.SimulatedMembers;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.net.peer.channel.PeerSettings;
import java.time.Duration;
import java.util.List;

/** Runtimes on real members with virtual time, all in the thread of the test. */
final class SimulatedCluster {

  static final Duration A_MINUTE = Duration.ofMinutes(1);

  final SimulatedMembers members;

  SimulatedCluster(long seed) {
    members = new SimulatedMembers(seed);
  }

  /** What a group says; set by the test. */
  static final class Quorum implements QuorumView {
    int required;
    int voters;
    List<String> obstacles = List.of();

    Quorum(int required) {
      this.required = required;
    }

    @Override
    public int required() {
      return required;
    }

    @Override
    public int voters() {
      return voters;
    }

    @Override
    public List<String> obstacles() {
      return obstacles;
    }
  }

  /** A node with an application. */
  static final class Node {
    final Membership membership;
    final Quorum quorum;
    final ClusterRuntime runtime;
    final RecordingApplication application = new RecordingApplication();
    final AttributesClient attributes = new NoAttributes();

    Node(Membership membership, Quorum quorum, ClusterRuntime runtime) {
      this.membership = membership;
      this.quorum = quorum;
      this.runtime = runtime;
    }

    void start() {
      runtime.register(application, Runnable::run);
      runtime.start(attributes);
      membership.start();
    }

    int live() {
      return runtime.nodes().size();
    }
  }

  /** Makes a node at a host; it is not started. */
  Node node(String id, int host, int required) {
    return node(id, host, new Quorum(required), ClusterRuntimeSettings.defaults());
  }

  Node node(String id, int host, Quorum quorum, ClusterRuntimeSettings settings) {
    Membership membership = members.member(id, host);
    PeerChannels unconnected = new PeerChannels(PeerSettings.defaults());
    return new Node(
        membership,
        quorum,
        ClusterRuntime.create(
            new ClusterEnvironment(membership, unconnected, quorum, members.clock()), settings));
  }

  Node start(String id, int host, int required) {
    Node node = node(id, host, required);
    node.start();
    return node;
  }

  /** Starts a node whose start is completed at once. */
  Node startCompleted(String id, int host, int required) {
    Node node = start(id, host, required);
    node.runtime.startupCompleted();
    return node;
  }

  boolean awaitLive(Node node, int count) {
    return members.advanceUntil(() -> node.live() == count, A_MINUTE);
  }
}
