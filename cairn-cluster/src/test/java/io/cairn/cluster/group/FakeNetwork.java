// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.ReplicationTransport;
import io.cairn.cluster.group.peers.ControlChannel;
import io.cairn.cluster.membership.ClusterMember;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.MembershipEvent;
import io.cairn.cluster.membership.MembershipListener;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Nodes that ask each other and see each other die, without sockets. */
final class FakeNetwork {

  private final Map<String, Node> nodes = new ConcurrentSkipListMap<>();
  private final Map<String, Transport> transports = new ConcurrentHashMap<>();
  private final Set<String> cut = ConcurrentHashMap.newKeySet();
  private final AtomicLong launches = new AtomicLong();
  private final AtomicReference<BiPredicate<String, byte[]>> loseAnswer =
      new AtomicReference<>((node, question) -> false);

  static URI address(String id) {
    return URI.create("http://" + id + ":8000");
  }

  /** Tells whether two nodes reach each other. */
  boolean connected(String a, String b) {
    return a.equals(b) || (!cut.contains(a) && !cut.contains(b));
  }

  /** Loses answers of a node to questions that the test names; the questions arrive. */
  void loseAnswers(BiPredicate<String, byte[]> lost) {
    loseAnswer.set(lost);
  }

  /** Cuts a node off from all others, which notice it at once. */
  void cutOff(String id) {
    cut.add(id);
    nodes.values().forEach(Node::look);
  }

  void heal(String id) {
    cut.remove(id);
    nodes.values().forEach(Node::look);
  }

  Node node(String id) {
    return new Node(id);
  }

  /** Carries consensus for one start of a node. */
  ReplicationTransport transport(String id) {
    Transport transport = new Transport(id);
    transports.put(id, transport);
    return transport;
  }

  private final class Transport implements ReplicationTransport {

    private final String id;
    private final ExecutorService arrivals =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private volatile @Nullable BiConsumer<String, byte[]> receiver;

    Transport(String id) {
      this.id = id;
    }

    @Override
    public void send(String nodeId, int shard, ByteBuffer frame) {
      Transport target = transports.get(nodeId);
      if (target != null && isReachable(nodeId)) {
        target.arrivals.execute(
            () -> {
              BiConsumer<String, byte[]> taking = target.receiver;
              if (taking != null && nodes.containsKey(nodeId)) {
                taking.accept(id, ReplicationTransport.bytesOf(frame));
              }
            });
      }
    }

    @Override
    public boolean isReachable(String nodeId) {
      return connected(id, nodeId) && nodes.containsKey(id) && nodes.containsKey(nodeId);
    }

    @Override
    public void receiver(BiConsumer<String, byte[]> taking) {
      receiver = taking;
    }
  }

  /** One start of a node, as membership and as the asker and answerer of questions. */
  final class Node implements Membership, ControlChannel {

    private final String id;
    private final String launch = "launch-" + launches.incrementAndGet();
    private final ExecutorService events =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final Map<String, ClusterMember> seen = new TreeMap<>();
    private volatile Map<String, String> metadata = Map.of();
    private volatile @Nullable MembershipListener listener;
    private volatile @Nullable Handler handler;
    private volatile boolean started;

    Node(String id) {
      this.id = id;
    }

    @Override
    public ClusterMember self() {
      return new ClusterMember(id, launch, address(id), metadata, ClusterMember.State.ALIVE);
    }

    @Override
    public synchronized List<ClusterMember> members() {
      return List.copyOf(seen.values());
    }

    @Override
    public void listener(MembershipListener added) {
      listener = added;
    }

    @Override
    public void seeds(Collection<URI> addresses) {
      // Everybody finds everybody here.
    }

    @Override
    public void start() {
      started = true;
      nodes.put(id, this);
      nodes.values().forEach(Node::look);
    }

    private synchronized void look() {
      for (Node other : nodes.values()) {
        if (!other.id.equals(id) && other.started && connected(id, other.id)) {
          ClusterMember now = other.self();
          ClusterMember before = seen.put(other.id, now);
          if (before != null && !before.sameLaunch(now)) {
            tell(new MembershipEvent.Left(before, MembershipEvent.Left.Reason.CRASH));
            before = null;
          }
          if (before == null) {
            tell(new MembershipEvent.Joined(now));
          } else if (!before.metadata().equals(now.metadata())) {
            tell(new MembershipEvent.Updated(now, before.metadata()));
          }
        }
      }
      for (ClusterMember member : List.copyOf(seen.values())) {
        Node other = nodes.get(member.nodeId());
        if (other == null || !connected(id, member.nodeId())) {
          seen.remove(member.nodeId());
          tell(new MembershipEvent.Left(member, MembershipEvent.Left.Reason.CRASH));
        }
      }
    }

    private void tell(MembershipEvent event) {
      MembershipListener told = listener;
      if (told != null && !events.isShutdown()) {
        events.execute(() -> told.onEvent(event));
      }
    }

    @Override
    public void updateMetadata(Map<String, String> other) {
      metadata = Map.copyOf(other);
      nodes.values().forEach(Node::look);
    }

    @Override
    public CompletableFuture<Void> leave() {
      close();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
      started = false;
      nodes.remove(id, this);
      nodes.values().forEach(Node::look);
      events.shutdown();
    }

    @Override
    public CompletableFuture<byte[]> request(URI peer, byte[] question, Duration patience) {
      CompletableFuture<byte[]> result = new CompletableFuture<>();
      Node target =
          nodes.values().stream()
              .filter(node -> address(node.id).equals(peer))
              .findFirst()
              .orElse(null);
      if (target == null || target.handler == null || !connected(id, target.id) || !started) {
        return CompletableFuture.failedFuture(new java.io.IOException(peer + " refuses"));
      }
      Thread.ofVirtual()
          .start(
              () -> {
                Handler answering = target.handler;
                if (answering == null) {
                  return;
                }
                try {
                  answering
                      .answer(question)
                      .whenComplete(
                          (answer, failure) -> {
                            if (failure == null
                                && connected(id, target.id)
                                && !loseAnswer.get().test(target.id, question)) {
                              result.complete(answer);
                            }
                          });
                } catch (RuntimeException e) {
                  result.completeExceptionally(e);
                }
              });
      return result.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handler(Handler answering) {
      handler = answering;
    }
  }
}
