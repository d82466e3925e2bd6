// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.application.RequestFailedException.Reason;
import io.cairn.cluster.membership.ClusterMember;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends messages over the peer network, and to this node itself without it. Thread-safe. */
final class NodeMessenger implements Messenger {

  private final String self;
  private final PeerNetwork peers;
  private final Inbox inbox;
  private final Supplier<Map<String, ClusterMember>> others;
  private final MessagingSettings settings;
  private final Counters counters;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<String, PeerLane> lanes = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  /**
   * Makes one.
   *
   * @param self this node's id
   * @param inbox takes what this node sends to itself
   * @param others the other live nodes, at any time
   */
  NodeMessenger(
      String self,
      PeerNetwork peers,
      Inbox inbox,
      Supplier<Map<String, ClusterMember>> others,
      Shared shared) {
    this.self = self;
    this.peers = peers;
    this.inbox = inbox;
    this.others = others;
    this.settings = shared.settings();
    this.counters = shared.counters();
  }

  /** What messages are bounded and counted by. */
  record Shared(MessagingSettings settings, Counters counters) {}

  /** The node is gone, and with it the order of what was sent to it. */
  void left(String nodeId) {
    lanes.remove(nodeId);
  }

  /** Sends nothing any more. */
  void stop() {
    stopped = true;
  }

  @Override
  public CompletableFuture<Delivery> sendTo(String nodeId, String text) {
    return send(nodeId, checked(Body.of(text)));
  }

  @Override
  public CompletableFuture<Delivery> sendTo(String nodeId, byte[] bytes) {
    return send(nodeId, checked(Body.of(bytes)));
  }

  @Override
  public CompletableFuture<Map<String, Delivery>> broadcast(String text) {
    return sendToAll(checked(Body.of(text)));
  }

  @Override
  public CompletableFuture<Map<String, Delivery>> broadcast(byte[] bytes) {
    return sendToAll(checked(Body.of(bytes)));
  }

  @Override
  public CompletableFuture<ApplicationMessage> request(
      String nodeId, String text, Duration timeout) {
    return ask(nodeId, checked(Body.of(text)), timeout);
  }

  @Override
  public CompletableFuture<ApplicationMessage> request(
      String nodeId, byte[] bytes, Duration timeout) {
    return ask(nodeId, checked(Body.of(bytes)), timeout);
  }

  private Body checked(Body body) {
    return body.atMost(settings.maxMessageBytes());
  }

  private CompletableFuture<Map<String, Delivery>> sendToAll(Body body) {
    Map<String, CompletableFuture<Delivery>> sent = new TreeMap<>();
    others.get().keySet().forEach(node -> sent.put(node, send(node, body)));
    return CompletableFuture.allOf(sent.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all -> {
              Map<String, Delivery> outcomes = new TreeMap<>();
              sent.forEach((node, outcome) -> outcomes.put(node, outcome.join()));
              return outcomes;
            });
  }

  private CompletableFuture<Delivery> send(String nodeId, Body body) {
    return exchange(nodeId, 0, settings.receiptTimeout(), body)
        .handle(
            (answer, failure) -> {
              Delivery outcome =
                  answer != null ? Outcomes.delivery(answer) : Outcomes.delivery(failure);
              switch (outcome) {
                case DELIVERED, QUEUED -> {}
                case UNKNOWN -> counters.count(Counter.MESSAGES_UNCERTAIN);
                default -> counters.count(Counter.MESSAGES_NOT_DELIVERED);
              }
              return outcome;
            });
  }

  private CompletableFuture<ApplicationMessage> ask(String nodeId, Body body, Duration timeout) {
    CompletableFuture<ApplicationMessage> reply = new CompletableFuture<>();
    var _ =
        exchange(nodeId, SentMessage.replyMillis(timeout), timeout, body)
            .whenComplete(
                (answer, failure) -> {
                  if (answer == null) {
                    reply.completeExceptionally(Outcomes.failure(nodeId, failure));
                  } else if (answer.kind() != MessageAnswer.Kind.REPLIED) {
                    reply.completeExceptionally(Outcomes.failure(nodeId, answer));
                  } else if (answer.body().size() > settings.maxMessageBytes()) {
                    reply.completeExceptionally(tooLarge(answer.body()));
                  } else {
                    reply.complete(new ReceivedMessage(nodeId, answer.body(), null, counters));
                  }
                });
    return reply;
  }

  private RequestFailedException tooLarge(Body reply) {
    return new RequestFailedException(
        Reason.TOO_LARGE,
        "the reply has %d bytes, %d is the most"
            .formatted(reply.size(), settings.maxMessageBytes()));
  }

  /** Sends it; the answer fails as requests of the peer network do. */
  private CompletableFuture<MessageAnswer> exchange(
      String nodeId, int replyMillis, Duration timeout, Body body) {
    if (stopped) {
      return answered(MessageAnswer.Kind.UNREACHABLE, "this node has stopped");
    }
    if (nodeId.equals(self)) {
      counters.count(Counter.MESSAGES_SENT);
      return inbox.deliver(self, new SentMessage(numbers.incrementAndGet(), replyMillis, body));
    }
    ClusterMember target = others.get().get(nodeId);
    if (target == null) {
      return answered(MessageAnswer.Kind.UNREACHABLE, "no live node has the id " + nodeId);
    }
    PeerLane lane = lane(target);
    if (!lane.enter()) {
      return answered(
          MessageAnswer.Kind.OVERFLOW, "too many messages to " + nodeId + " are under way already");
    }
    counters.count(Counter.MESSAGES_SENT);
    CompletableFuture<MessageAnswer> result = new CompletableFuture<>();
    lane.handOver(
        () -> {
          SentMessage message = new SentMessage(numbers.incrementAndGet(), replyMillis, body);
          var _ =
              transmit(target, message.encode(), timeout)
                  .thenApply(MessageAnswer::decode)
                  .whenComplete(
                      (answer, failure) -> {
                        lane.leave();
                        settle(result, answer, failure);
                      });
        });
    return result;
  }

  private static void settle(
      CompletableFuture<MessageAnswer> result,
      @Nullable MessageAnswer answer,
      @Nullable Throwable failure) {
    if (answer != null) {
      result.complete(answer);
    } else {
      result.completeExceptionally(
          failure == null ? new IllegalStateException("no answer") : failure);
    }
  }

  private CompletableFuture<byte[]> transmit(
      ClusterMember target, byte[] payload, Duration timeout) {
    try {
      return peers.request(target.address(), PeerStream.APPLICATION, payload, timeout);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private PeerLane lane(ClusterMember target) {
    String launch = target.launchId();
    return lanes.compute(
        target.nodeId(),
        (node, lane) ->
            lane == null || !lane.launchId().equals(launch)
                ? new PeerLane(launch, settings.queueCapacity())
                : lane);
  }

  private static CompletableFuture<MessageAnswer> answered(
      MessageAnswer.Kind kind, String sentence) {
    return CompletableFuture.completedFuture(MessageAnswer.saying(kind, sentence));
  }
}
