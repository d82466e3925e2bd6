// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import io.cairn.store.SnapshotStream;
import io.cairn.store.StoreTransfer;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens snapshots of partitions, wherever their replicas are. Thread-safe; all of it may block. */
public final class PartitionSnapshots {

  private static final long PATIENCE_SECONDS = 30;

  private final String self;
  private final Peers peers;

  /** Opens snapshots of this node's replicas, and of others over the peer channel. */
  public PartitionSnapshots(String self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  /**
   * An open snapshot.
   *
   * @param node whose replica it is of
   */
  public record Opened(String node, SnapshotStream stream) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** Tells whether this node has the partition itself. */
  public boolean isHere(Partition partition) {
    return partition.machine() instanceof PartitionMachine && partition.replica() != null;
  }

  /**
   * Opens a snapshot of a partition that holds everything acknowledged before this call, here if
   * there is a replica here.
   *
   * @param preferred the node to ask first otherwise; null for the owner
   * @param known the files of that replica that the caller has
   * @throws IOException if no node can give one now
   */
  public Opened open(Partition partition, @Nullable String preferred, SnapshotTable known)
      throws IOException {
    ReplicaSet replica = partition.replica();
    if (replica != null && partition.machine() instanceof PartitionMachine machine) {
      return opened(self, open(replica, machine, known), known);
    }
    Set<String> nodes = new LinkedHashSet<>();
    if (preferred != null && partition.holders().contains(preferred)) {
      nodes.add(preferred);
    }
    String owner = partition.owner();
    if (owner != null) {
      nodes.add(owner);
    }
    nodes.addAll(partition.holders());
    nodes.remove(self);
    IOException failure = null;
    String group = partition.id().groupName();
    byte[] request = PeerRequests.snapshotRequest(group, known);
    for (String node : nodes) {
      try {
        InputStream stream =
            await(peers.download(node, request, PeerRequests.DOWNLOAD_PAUSE).toCompletableFuture());
        return opened(node, stream, known);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new IOException("No node gives a copy of %s now".formatted(group), failure);
  }

  private static Opened opened(String node, InputStream stream, SnapshotTable known)
      throws IOException {
    try {
      return new Opened(node, new SnapshotStream(stream, known));
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  static InputStream open(ReplicaSet group, PartitionMachine partition, SnapshotTable known)
      throws IOException {
    await(group.readIndex().thenCompose(group::awaitApplied));
    try {
      return StoreTransfer.snapshot(partition.store().snapshot(), known).stream();
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static <T extends @Nullable Object> T await(Future<T> future) throws IOException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a snapshot was opened");
    } catch (ExecutionException | CompletionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within %d s".formatted(PATIENCE_SECONDS), e);
    }
  }
}
