// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.cairn.net.HttpResponse;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.net.peer.channel.PeerSettings;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Members over real connections, on the real clock. */
@Isolated("looks at what all log")
class PeerMembershipTest {

  private final List<Node> open = new ArrayList<>();

  private record Node(
      HttpServer server, PeerChannels peers, SwimMembership membership, Queue<String> heard)
      implements AutoCloseable {

    boolean knows(int members) {
      return membership.members().size() == members;
    }

    @Override
    public void close() {
      membership.close();
      peers.close();
      server.close();
    }
  }

  private Node start(String nodeId, URI... seeds) throws IOException {
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
    PeerIdentity identity = new PeerIdentity(nodeId, UUID.randomUUID().toString(), uri);
    SwimMembership membership =
        SwimMembership.create(
            nodeId,
            identity.launchId(),
            Map.of("name", nodeId),
            new PeerMembershipTransport(peers, identity),
            MembershipSettings.defaults());
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    membership.listener(event -> heard.add(event.getClass().getSimpleName()));
    membership.seeds(List.of(seeds));
    Node node = new Node(server, peers, membership, heard);
    open.add(node);
    peers.start(identity);
    membership.start();
    return node;
  }

  @AfterEach
  void closeAll() {
    open.reversed().forEach(Node::close);
  }

  @Test
  void whoHasLeftIsAskedForWithoutFillingTheLog() throws Exception {
    Node first = start("n1");
    URI seed = first.membership().self().address();
    Node second = start("n2", seed);
    Node third = start("n3", seed);
    await().atMost(20, SECONDS).until(() -> open.stream().allMatch(node -> node.knows(3)));
    Queue<String> complaints = new ConcurrentLinkedQueue<>();
    AppenderBase<ILoggingEvent> listener =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent line) {
            if (line.getLevel().isGreaterOrEqual(Level.WARN)
                && line.getFormattedMessage().contains(seed.getAuthority())) {
              complaints.add(line.getFormattedMessage());
            }
          }
        };
    listener.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(listener);
    try {
      first.membership().leave().get(10, SECONDS);
      first.close();
      await().atMost(10, SECONDS).until(() -> second.knows(2) && third.knows(2));
      long before = second.membership().traffic().sent();
      // At six messages a second, in which the seed that has left is greeted twice.
      await().atMost(30, SECONDS).until(() -> second.membership().traffic().sent() > before + 30);
    } finally {
      root.detachAppender(listener);
    }

    assertThat(second.heard()).containsExactlyInAnyOrder("Joined", "Joined", "Left");
    assertThat(complaints).hasSizeLessThanOrEqualTo(1);
  }
}
