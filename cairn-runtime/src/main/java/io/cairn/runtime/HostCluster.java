// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.context.GroupEnvironment;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.peers.PeerControlChannel;
import io.cairn.cluster.group.peers.PeerReplicationTransport;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.PeerMembershipTransport;
import io.cairn.cluster.membership.SwimMembership;
import io.cairn.cluster.raft.RaftReplicationNode;
import io.cairn.document.HybridClock;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.runtime.backup.BackupAttributes;
import io.cairn.runtime.backup.BackupCluster;
import io.cairn.runtime.cluster.CopyWatch;
import io.cairn.runtime.documents.AppliedChanges;
import io.cairn.runtime.documents.CopyChecks;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentLoad;
import io.cairn.runtime.documents.Handover;
import io.cairn.runtime.documents.KindMemory;
import io.cairn.runtime.documents.LocalPartitions;
import io.cairn.runtime.documents.LocalReplicas;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.documents.PartitionSnapshots;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.documents.StoredPartitionMachines;
import io.cairn.runtime.documents.Stores;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.nodes.GroupStates;
import io.cairn.runtime.peers.Peers;
import io.cairn.runtime.schema.SchemaMemory;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeState;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps a host's documents: the log, the groups that replicate them, their stores. Opened
 * before anything else of a host, closed after it.
 */
final class HostCluster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HostCluster.class);

  /** The property of a node that says where clients reach it. */
  static final String PROPERTY_URI = GroupStates.PROPERTY_URI;

  /** The property of a node that says where it is; the predecessor's name. */
  static final String PROPERTY_LOCATION = NodeState.PROPERTY_NAME_LOCATION;

  /** Where the log, the stores and the groups are in a host's directory. */
  static final String LOG = "log";

  static final String DOCUMENTS = "documents";
  static final String GROUPS = "groups";

  private static final int STABLE_INTERVALS = 5;

  /** The log may keep one more entry between snapshots for each so many bytes of the disk. */
  private static final long BYTES_FOR_ENTRY = 512L << 10;

  private static final int FEWEST_ENTRIES = 100;

  /** The share of the disk that a partition may log between two snapshots. */
  private static final int BYTES_SHARE = 64;

  /** How long opening the data of a node that waits for nobody may take. */
  private static final Duration OPENING = Duration.ofMinutes(5);

  private final ReplicationNode node;
  private final StorePool pool;
  private final NodeGroups groups;
  private final NodeSelectors selectors;
  private final DocumentDirectory documents;
  private final Peers peers;
  private final AppliedChanges changes;
  private final LocalReplicas replicas;
  private final Membership membership;
  private final Network network;
  private final PeerIdentity identity;
  private final CopyWatch copies;
  private final SchemaMemory schemas;
  private final HostBackups backups;
  private final DiskRoom room;
  private boolean toldFull;
  private final boolean alone;

  /**
   * What a host gives its cluster.
   *
   * @param threads and its clocks
   */
  record Setup(
      HostSettings settings, ClusterArguments.Settled cluster, Path sandbox, HostThreads threads) {

    /** Gives times to changes. */
    HybridClock changes() {
      return threads.clock().changes();
    }

    /** Says how long things take on this machine. */
    LongSupplier nanoTime() {
      return threads.machine().nanoTime();
    }
  }

  /**
   * How this node is reached.
   *
   * @param peers connects with other nodes
   * @param peerUri where they reach this one
   * @param publicUri where clients do
   * @param concerns what is wrong with its certificate, while something is
   */
  record Network(
      PeerChannels peers, URI peerUri, URI publicUri, Supplier<Optional<String>> concerns) {}

  /** What everything else of a cluster stands on. */
  private record Foundation(ReplicationNode node, StorePool pool, LivePeers peers, DiskRoom room) {}

  /**
   * Opens the log, then the groups that this node was a member of, with their stores.
   *
   * @throws io.cairn.store.disk.StoreException if a store is damaged
   * @throws IOException if the log is damaged or in use, or the disk fails
   */
  static HostCluster open(Setup setup, Network network) throws IOException {
    HostSettings settings = setup.settings();
    LivePeers peers = new LivePeers();
    network.peers().gate(peers::claim);
    DiskRoom room = DiskRoom.of(setup.sandbox(), settings.diskReserveBytes(), setup.nanoTime());
    ReplicationNode node =
        RaftReplicationNode.open(
            setup.sandbox().resolve(LOG),
            fitting(room.total()).withNodeId(settings.id()).withClockFactor(settings.clockFactor()),
            ReplicationEnvironment.system(setup.nanoTime())
                .withHasRoom(room::takesEntries)
                .withShards(List.copyOf(setup.threads().shards().executors()))
                .withTransport(new PeerReplicationTransport(network.peers(), peers)));
    StorePool pool = StorePool.forThisMachine(room, setup.nanoTime(), settings.queryScanLimit());
    room.connect(pool, node.nodeId(), peers::isFull);
    try {
      return new HostCluster(setup, network, new Foundation(node, pool, peers, room));
    } catch (IOException | RuntimeException e) {
      node.close();
      pool.close();
      throw e;
    }
  }

  private HostCluster(Setup setup, Network network, Foundation on) throws IOException {
    HostSettings settings = setup.settings();
    this.network = network;
    this.node = on.node();
    this.pool = on.pool();
    this.room = on.room();
    this.alone = settings.peerNodes().isEmpty() && settings.membershipQuorum() <= 1;
    this.identity =
        new PeerIdentity(node.nodeId(), UUID.randomUUID().toString(), network.peerUri());
    this.membership =
        SwimMembership.create(
            identity.nodeId(),
            identity.launchId(),
            properties(settings, network),
            new PeerMembershipTransport(network.peers(), identity),
            setup.cluster().membership());
    this.peers = new Peers(network.peers(), on.peers()::address);
    this.changes =
        new AppliedChanges(node.nodeId(), setup.changes(), peers, setup.threads().handlers());
    StoredForms forms = new StoredForms(setup.nanoTime(), KindMemory.open(setup.sandbox()));
    HostClock agreed = agreed(setup.threads(), network.peers()::agreedMicros);
    Stores stores = new Stores(pool, StoreOptions.defaults(), forms, agreed.wallMicros(), changes);
    Path directory = setup.sandbox().resolve(DOCUMENTS);
    DocumentLoad.Surroundings loading =
        new DocumentLoad.Surroundings(
            Handover.Proposer.over(peers), setup.threads().handlers(), setup.nanoTime());
    StoredPartitionMachines machines =
        new StoredPartitionMachines(directory, stores, new Handover(loading));
    this.groups =
        NodeGroups.open(
            groupSettings(setup, network),
            new GroupEnvironment(
                node,
                membership,
                on.peers(),
                new PeerControlChannel(network.peers()),
                machines,
                HostClock.wall(),
                setup.nanoTime(),
                new Random()));
    this.schemas = SchemaMemory.open(setup.sandbox());
    LocalPartitions local = LocalPartitions.open(directory, node, stores);
    this.selectors = new NodeSelectors(node.nodeId(), groups, room);
    this.documents = new DocumentDirectory(forms, selectors, local, machines, room, node.nodeId());
    this.replicas = new LocalReplicas(node, machines);
    this.copies = new CopyWatch(copyChecks(settings), groups, membership, peers, documents, agreed);
    this.backups =
        new HostBackups(
            setup,
            new BackupCluster(
                node.nodeId(),
                groups,
                local,
                new PartitionSnapshots(node.nodeId(), peers),
                loading,
                schemas,
                new BackupAttributes(),
                HostBackups.staging(setup.sandbox()),
                setup.threads().clock().wallMicros()));
  }

  /** What connects this node with the others. */
  PeerChannels channels() {
    return network.peers();
  }

  /** The host's clock, which is not alone in its opinion. */
  private static HostClock agreed(HostThreads threads, LongSupplier agreedMicros) {
    HostClock own = threads.clock();
    HostClock machine = threads.machine();
    LongSupplier micros =
        own.equals(machine)
            ? agreedMicros
            : () -> agreedMicros.getAsLong() + own.micros() - machine.micros();
    return new HostClock(own.changes(), micros, own.nanoTime());
  }

  /**
   * The log holds at least a tenth of what lies between two snapshots, in each partition: on a
   * small disk that is to be little.
   */
  private static ReplicationOptions fitting(long diskBytes) {
    ReplicationOptions usual = ReplicationOptions.defaults();
    return usual.with(
        it ->
            it.snapshotEntries(
                    Math.clamp(
                        diskBytes / BYTES_FOR_ENTRY, FEWEST_ENTRIES, usual.snapshotEntries()))
                .snapshotBytes(Math.clamp(diskBytes / BYTES_SHARE, 1, usual.snapshotBytes())));
  }

  private static CopyChecks.Settings copyChecks(HostSettings settings) {
    return new CopyChecks.Settings(
        TimeUnit.MICROSECONDS.toNanos(settings.copyCheckIntervalMicros()),
        settings.copyCheckBytesPerSecond());
  }

  private static GroupSettings groupSettings(Setup setup, Network network) {
    HostSettings settings = setup.settings();
    return GroupSettings.defaults(setup.sandbox().resolve(GROUPS))
        .withPartitions(settings.partitions())
        .withConfig(config(settings))
        .withProperties(properties(settings, network))
        .withPeers(PeerConnections.peers(settings));
  }

  /** How a default group that this node makes is configured. */
  static GroupConfig config(HostSettings settings) {
    return new GroupConfig(
        settings.nodeRemovalDelayMicros(), STABLE_INTERVALS, settings.membershipQuorum(), 1);
  }

  /** What this node says about itself, to its group and to whoever sees that it is live. */
  private static Map<String, String> properties(HostSettings settings, Network network) {
    Map<String, String> properties = new HashMap<>(settings.nodeProperties());
    properties.put(PROPERTY_URI, network.publicUri().toString());
    if (settings.location() != null) {
      properties.put(PROPERTY_LOCATION, settings.location());
    }
    return properties;
  }

  /** Begins to talk with other nodes. */
  void connect() {
    network.peers().start(identity);
  }

  /**
   * Forms or joins the default group. Returns when this node is a member of a group that serves, or
   * the time is up; then it goes on in the background.
   */
  void join(Duration patience) throws InterruptedException, IOException {
    boolean serves = groups.start(network.peerUri(), alone ? OPENING : patience);
    Throwable damage = groups.damage();
    if (damage != null) {
      throw damage instanceof IOException io ? io : new IOException(damage.getMessage(), damage);
    }
    if (!serves) {
      log.info("No group serves this node yet; it goes on looking for one");
    }
  }

  /**
   * Says why nobody can update documents of the default group for want of room; null if they can.
   */
  @Nullable String shortage() {
    NodeGroup group = groups.find(NodeGroups.DEFAULT);
    return group == null
        ? null
        : room.unavailability(group.partitions(SelectorSpec.EVERYWHERE.name()));
  }

  /** Does what is due. */
  void sweep() {
    selectors.sweep();
    lookAtDisk();
    backups.look();
  }

  /** Looks at the disk, and tells the others when it has become full or has room again. */
  private void lookAtDisk() {
    boolean full = room.isFull();
    if (full != toldFull) {
      groups.diskFull(full);
      toldFull = full;
    }
  }

  /** Hands over what this node leads, and says good-bye. */
  void leave(Duration patience) {
    backups.close();
    copies.close();
    groups.leave(patience);
  }

  /**
   * Ends the connections with other nodes; before the listeners that they came in by are closed.
   */
  void disconnect() {
    network.peers().close();
  }

  Membership membership() {
    return membership;
  }

  /** What the stores of this node share. */
  StorePool pool() {
    return pool;
  }

  DiskRoom room() {
    return room;
  }

  CopyWatch copies() {
    return copies;
  }

  HostBackups backups() {
    return backups;
  }

  ReplicationNode node() {
    return node;
  }

  /** Where clients reach the members of this node's groups. */
  Collection<URI> memberAddresses() {
    return groups.all().stream()
        .flatMap(group -> group.view().nodes().values().stream())
        .map(node -> URI.create(GroupStates.clientAddress(node)))
        .toList();
  }

  /** Whether a URI names a node of this host's groups. */
  boolean isMember(URI target) {
    return memberAddresses().stream().anyMatch(member -> UriUtils.isSameHost(member, target));
  }

  NodeGroups groups() {
    return groups;
  }

  NodeSelectors selectors() {
    return selectors;
  }

  DocumentDirectory documents() {
    return documents;
  }

  Peers peers() {
    return peers;
  }

  /** What this node knows of the forms of documents. */
  SchemaMemory schemas() {
    return schemas;
  }

  /** What is told of changes that other nodes proposed. */
  AppliedChanges changes() {
    return changes;
  }

  LocalReplicas replicas() {
    return replicas;
  }

  /** Where a node answers clients; null if that is not known. */
  @Nullable URI clientAddress(String nodeId) {
    for (NodeGroup group : groups.all()) {
      NodeView node = group.view().nodes().get(nodeId);
      if (node != null) {
        return URI.create(GroupStates.clientAddress(node));
      }
    }
    return groups.addressOf(nodeId);
  }

  @Override
  public void close() {
    node.close();
    groups.close();
    try {
      membership.close();
    } catch (Exception e) {
      log.warn("Membership could not be closed cleanly", e);
    }
    disconnect();
    documents.close();
    pool.close();
  }
}
