// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static org.awaitility.Awaitility.await;

import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.MembershipSettings;
import io.cairn.cluster.membership.PeerMembershipTransport;
import io.cairn.cluster.membership.SwimMembership;
import io.cairn.net.HttpResponse;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.net.peer.channel.PeerSettings;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** Nodes with real servers, connections, members and threads; closed behind each test. */
abstract class LoopbackCluster {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Node> open = new ArrayList<>();

  @AfterEach
  final void closeAll() {
    open.reversed().forEach(Node::close);
  }

  /** A node. */
  static final class Node implements AutoCloseable {
    final HttpServer server;
    final PeerChannels peers;
    final Membership membership;
    final ClusterRuntime runtime;
    final URI uri;

    Node(
        HttpServer server,
        PeerChannels peers,
        PeerIdentity identity,
        ClusterRuntimeSettings settings) {
      this.server = server;
      this.peers = peers;
      this.uri = identity.address();
      this.membership =
          SwimMembership.create(
              identity.nodeId(),
              identity.launchId(),
              Map.of(),
              new PeerMembershipTransport(peers, identity),
              MembershipSettings.defaults());
      this.runtime =
          ClusterRuntime.create(
              new ClusterEnvironment(
                  membership, peers, new SimulatedCluster.Quorum(1), InstantSource.system()),
              settings);
    }

    String id() {
      return membership.self().nodeId();
    }

    Messenger messenger() {
      return runtime.messenger();
    }

    long figure(String name) {
      return runtime.figures().get(name);
    }

    /** Ends the connections and the listener as a kill does, without a word. */
    void kill() {
      membership.close();
      server.close();
      peers.close();
    }

    @Override
    public void close() {
      membership.close();
      runtime.close();
      peers.close();
      server.close();
    }
  }

  final Node node(String id) throws Exception {
    return node(id, ClusterRuntimeSettings.defaults());
  }

  final Node node(String id, MessagingSettings messaging) throws Exception {
    return node(id, ClusterRuntimeSettings.defaults().withMessaging(messaging));
  }

  /** Starts a node that knows all before it, and waits until it sees them and they see it. */
  final Node node(String id, ClusterRuntimeSettings settings) throws Exception {
    PeerChannels peers = new PeerChannels(PeerSettings.defaults().withEventLoops(1));
    HttpServer server =
        HttpServer.builder()
            .listen(new HttpListener("127.0.0.1", 0, null))
            .handler(exchange -> exchange.respond(HttpResponse.empty(204)))
            .peers(peers.endpoint())
            .eventLoops(1)
            .build();
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort());
    PeerIdentity identity = new PeerIdentity(id, UUID.randomUUID().toString(), uri);
    Node node = new Node(server, peers, identity, settings);
    node.membership.seeds(open.stream().map(other -> other.uri).toList());
    open.add(node);
    peers.start(identity);
    node.runtime.start(new NoAttributes());
    node.membership.start();
    node.runtime.startupCompleted();
    await()
        .atMost(PATIENCE)
        .until(() -> open.stream().allMatch(each -> each.runtime.nodes().size() == open.size()));
    return node;
  }
}
