// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.Partition;
import io.cairn.document.HybridClock;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.runtime.dispatch.ForwardedOperations;
import io.cairn.runtime.documents.ChildDocuments;
import io.cairn.runtime.documents.CopyChecks;
import io.cairn.runtime.documents.DocumentMachines;
import io.cairn.runtime.documents.DocumentPartition;
import io.cairn.runtime.documents.Handover;
import io.cairn.runtime.nodes.GroupStates;
import io.cairn.runtime.query.ContinuousQueries;
import io.cairn.runtime.routing.PeerRequests;
import io.cairn.runtime.routing.Peers;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.store.DocumentStore;
import io.cairn.store.DocumentVersion;
import io.cairn.store.StagedTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas of this node have to do with those of others: transfers to and from replicas
 * that lag behind, proposals of documents that are being merged, news of what was applied. Its
 * connections are given to it once they exist. Thread-safe.
 */
final class ReplicaExchange
    implements DocumentPartition.Surroundings, Handover.Proposer, ForwardedOperations.Replicas,
        ChildDocuments.Elsewhere, Peers {

  private static final Duration TRANSFER_PAUSE = Duration.ofSeconds(30);
  private static final Duration PROPOSAL_PATIENCE = Duration.ofSeconds(10);

  private final HybridClock clock;
  private final Function<String, @Nullable ServiceDocumentDescription> descriptions;
  private final Executor executor;
  private volatile @Nullable ReplicationNode node;
  private volatile @Nullable NodeGroups groups;
  private volatile @Nullable DocumentMachines machines;
  private volatile @Nullable PeerNetwork network;
  private volatile @Nullable ContinuousQueries continuous;
  private volatile @Nullable StatefulServices stateful;

  ReplicaExchange(
      HybridClock clock,
      Function<String, @Nullable ServiceDocumentDescription> descriptions,
      Executor executor) {
    this.clock = clock;
    this.descriptions = descriptions;
    this.executor = executor;
  }

  void connect(ReplicationNode replication, NodeGroups nodeGroups, DocumentMachines partitions) {
    node = replication;
    groups = nodeGroups;
    machines = partitions;
  }

  void connect(PeerNetwork peers) {
    network = peers;
  }

  void connect(StatefulServices services) {
    stateful = services;
  }

  void connect(ContinuousQueries queries) {
    continuous = queries;
  }

  @Override
  public void applied(DocumentVersion version, boolean proposedHere) {
    if (proposedHere) {
      return;
    }
    clock.observe(version.updateTimeMicros());
    StatefulServices services = stateful;
    if (services != null) {
      services.changedElsewhere(version.link());
    }
    ContinuousQueries queries = continuous;
    if (queries != null && !queries.isIdle() && version.kind() != null) {
      ServiceDocumentDescription description = descriptions.apply(version.kind());
      if (description != null) {
        queries.changedElsewhere(version, description);
      }
    }
  }

  @Override
  public CompletionStage<StagedTransfer> fetch(String from, String group, DocumentStore store) {
    byte[] request = PeerRequests.transferRequest(group, store.appliedIndex());
    return download(from, request, TRANSFER_PAUSE)
        .thenApplyAsync(
            stream -> {
              try (stream) {
                return store.receive(stream);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            executor);
  }

  @Override
  public String self() {
    ReplicationNode replication = node;
    return replication == null ? "" : replication.nodeId();
  }

  @Override
  public String digest(String group, long id) {
    DocumentMachines present = machines;
    DocumentPartition partition = present == null ? null : present.find(group);
    return CopyChecks.answer(partition, id);
  }

  @Override
  public InputStream transfer(String group, long index) throws IOException {
    DocumentMachines present = machines;
    DocumentPartition partition = present == null ? null : present.find(group);
    if (partition == null) {
      throw new IOException("There is no replica of " + group + " here");
    }
    return partition.store().transferSince(index).stream();
  }

  @Override
  public CompletionStage<InputStream> children(String at, String parent, List<String> groups) {
    return download(at, PeerRequests.childrenRequest(parent, groups), TRANSFER_PAUSE);
  }

  @Override
  public InputStream children(String parent, List<String> names) throws IOException {
    ReplicationNode replication = node;
    DocumentMachines present = machines;
    List<DocumentStore> stores = new ArrayList<>();
    for (String name : names) {
      DocumentPartition partition = present == null ? null : present.find(name);
      boolean owned =
          replication != null
              && replication.groups().stream()
                  .anyMatch(group -> group.id().equals(name) && group.leadership() != null);
      if (partition == null || !owned) {
        throw new IOException("This node does not own " + name + " at the moment");
      }
      stores.add(partition.store());
    }
    return ChildDocuments.encode(stores, parent);
  }

  @Override
  public CompletionStage<?> propose(Partition partition, byte[] command) {
    ReplicationGroup replica = partition.replica();
    if (replica != null && replica.isLeader()) {
      return replica.propose(command, null);
    }
    String owner = partition.owner();
    String group = partition.id().groupName();
    if (owner == null) {
      return CompletableFuture.failedFuture(new NotLeaderException(group, null));
    }
    return request(owner, PeerRequests.proposal(group, command), PROPOSAL_PATIENCE);
  }

  @Override
  public CompletionStage<byte[]> propose(String group, byte[] command) {
    ReplicationNode present = node;
    if (present != null) {
      for (ReplicationGroup replica : present.groups()) {
        if (replica.id().equals(group)) {
          return replica.propose(command, null).thenApply(applied -> new byte[0]);
        }
      }
    }
    return CompletableFuture.failedFuture(new NotLeaderException(group, null));
  }

  // Other nodes

  @Override
  public CompletionStage<byte[]> request(String to, byte[] payload, Duration timeout) {
    PeerNetwork peers = network;
    URI address = peerAddress(to);
    return peers == null || address == null
        ? CompletableFuture.failedFuture(nowhere(to))
        : peers.request(address, PeerStream.FORWARD, payload, timeout);
  }

  @Override
  public CompletionStage<InputStream> download(String from, byte[] request, Duration timeout) {
    PeerNetwork peers = network;
    URI address = peerAddress(from);
    return peers == null || address == null
        ? CompletableFuture.failedFuture(nowhere(from))
        : peers.download(address, PeerStream.FORWARD, request, timeout);
  }

  private static PeerException nowhere(String to) {
    return new PeerUnreachableException("Nobody knows where node " + to + " is", null);
  }

  private @Nullable URI peerAddress(String of) {
    NodeGroups present = groups;
    return present == null ? null : present.addressOf(of);
  }

  @Override
  public @Nullable URI address(String of) {
    NodeGroups present = groups;
    if (present != null) {
      for (NodeGroup group : present.all()) {
        NodeView node = group.view().nodes().get(of);
        if (node != null) {
          return URI.create(GroupStates.clientAddress(node));
        }
      }
    }
    return peerAddress(of);
  }
}
