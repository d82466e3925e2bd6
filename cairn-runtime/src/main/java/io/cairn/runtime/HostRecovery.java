// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.recovery.GroupRecovery;
import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.cluster.raft.RaftReplicationNode;
import io.cairn.runtime.audit.Audit;
import io.cairn.runtime.documents.DocumentLoad;
import io.cairn.runtime.documents.Handover;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.documents.StoredPartitionMachines;
import io.cairn.runtime.documents.Stores;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.ServiceHost;
import io.cairn.service.security.AuditArguments;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentStore;
import io.cairn.store.StagedTransfer;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The data of a host that does not run, whose group has lost its majority for good: what is there,
 * and how to go on with it alone. See {@link GroupRecovery}.
 */
public final class HostRecovery implements AutoCloseable {

  private static final String OFFLINE = "a host that does not run talks with no other";

  private final Path sandbox;
  private final AuditArguments audit;
  private final ReplicationNode node;
  private final StorePool pool;
  private final StoredPartitionMachines machines;
  private final GroupRecovery recovery;

  private HostRecovery(Path sandbox, AuditArguments audit, ReplicationNode node, StorePool pool)
      throws IOException {
    this.audit = audit;
    HostClock clock = HostClock.system();
    LongSupplier micros = clock.wallMicros();
    Stores stores =
        new Stores(
            pool,
            StoreOptions.defaults(),
            new StoredForms(clock.nanoTime()),
            micros,
            new Alone(node.nodeId()));
    this.sandbox = sandbox;
    this.node = node;
    this.pool = pool;
    this.machines =
        new StoredPartitionMachines(
            sandbox.resolve(HostCluster.DOCUMENTS),
            stores,
            new Handover(
                new DocumentLoad.Surroundings(
                    HostRecovery::propose, Runnable::run, clock.nanoTime())));
    this.recovery =
        GroupRecovery.open(
            sandbox.resolve(HostCluster.GROUPS),
            new GroupRecovery.Surroundings(node, machines, micros, new Random()));
  }

  private static CompletionStage<?> propose(Partition partition, byte[] command) {
    return CompletableFuture.failedFuture(new IllegalStateException(OFFLINE));
  }

  /** Nobody hears of what is applied, and nothing is fetched. */
  private record Alone(String self) implements PartitionMachine.Surroundings {

    @Override
    public void applied(DocumentVersion version, boolean proposedHere) {}

    @Override
    public CompletionStage<StagedTransfer> fetch(String from, String group, DocumentStore store) {
      return CompletableFuture.failedFuture(new IllegalStateException(OFFLINE));
    }
  }

  /**
   * Opens the data of the host that would start with these settings.
   *
   * @throws NoSuchFileException if no host ever ran with them
   * @throws io.cairn.cluster.log.LogLockedException if the host runs
   * @throws IOException if the data cannot be read or are damaged
   */
  public static HostRecovery open(ServiceHost.Arguments arguments) throws IOException {
    Path sandbox = Sandbox.directory(arguments);
    Path log = sandbox.resolve(HostCluster.LOG);
    if (!Files.isDirectory(log) || !Files.isDirectory(sandbox.resolve(HostCluster.GROUPS))) {
      throw new NoSuchFileException(log.toString());
    }
    ReplicationNode node =
        RaftReplicationNode.open(
            log,
            ReplicationOptions.defaults(),
            ReplicationEnvironment.system(HostClock.system().nanoTime()));
    StorePool pool =
        StorePool.forThisMachine(
            StoreRoom.UNLIMITED,
            HostClock.system().nanoTime()); // A full disk ends it with an error.
    try {
      return new HostRecovery(sandbox, arguments.security.audit, node, pool);
    } catch (IOException | RuntimeException e) {
      pool.close();
      node.close();
      throw e;
    }
  }

  /** Returns where the data are. */
  public Path directory() {
    return sandbox;
  }

  /** Returns the host's name in its groups. */
  public String nodeId() {
    return node.nodeId();
  }

  /** Returns the groups with other members, and what is here of each; changes nothing. */
  public List<LostGroup> lost() throws IOException {
    return recovery.lost();
  }

  /**
   * Makes a group of this host alone of what it holds of one.
   *
   * @param empty the partitions that are to begin empty because their copy is damaged
   * @throws IOException if a copy cannot be opened or the disk fails; nothing is changed then,
   *     unless it is the audit that could not be written
   */
  public void recover(LostGroup group, Collection<String> empty) throws IOException {
    recovery.recover(group, empty);
    Audit.noteRecovery(
        sandbox,
        nodeId(),
        audit,
        ServiceUriPaths.NODE_GROUP_FACTORY + '/' + group.name(),
        HostClock.system().micros());
  }

  @Override
  public void close() {
    machines.closeAll();
    node.close();
    pool.close();
  }
}
