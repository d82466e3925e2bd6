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
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.runtime.cluster.CopyWatch;
import io.cairn.runtime.dispatch.ForwardedOperations;
import io.cairn.runtime.documents.AppliedChanges;
import io.cairn.runtime.documents.CopyChecks;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.runtime.documents.DocumentHome;
import io.cairn.runtime.documents.DocumentMachines;
import io.cairn.runtime.documents.Handover;
import io.cairn.runtime.documents.LocalPartitions;
import io.cairn.runtime.documents.LocalReplicas;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.documents.Stores;
import io.cairn.runtime.nodes.GroupStates;
import io.cairn.runtime.peers.Peers;
import io.cairn.service.ServiceHost;
import io.cairn.service.nodes.NodeState;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
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
  private final DocumentHome home;
  private final Peers peers;
  private final AppliedChanges changes;
  private final LocalReplicas replicas;
  private final Membership membership;
  private final Network network;
  private final PeerIdentity identity;
  private final LiveCluster live;
  private final CopyWatch copies;
  private final DiskRoom room;
  private boolean toldFull;
  private final boolean alone;

  /**
   * What a host gives its cluster.
   *
   * @param nowMicros what documents expire by: no clock that is alone in its opinion
   * @param handlers runs each task on a thread of its own
   * @param applications hear what happens in the cluster
   */
  record Setup(
      ServiceHost.Arguments arguments,
      Path sandbox,
      HybridClock clock,
      LongSupplier nowMicros,
      Executor handlers,
      List<ClusterArguments.Registration> applications) {}

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

  private HostCluster(
      ReplicationNode node,
      StorePool pool,
      Network network,
      PeerIdentity identity,
      Membership membership,
      Parts parts,
      boolean alone) {
    this.node = node;
    this.alone = alone;
    this.pool = pool;
    this.network = network;
    this.identity = identity;
    this.membership = membership;
    this.groups = parts.groups();
    this.selectors = parts.selectors();
    this.home = parts.home();
    this.peers = parts.peers();
    this.changes = parts.changes();
    this.replicas = parts.replicas();
    this.live = parts.live();
    this.room = parts.room();
    this.copies = parts.copies();
  }

  private record Parts(
      NodeGroups groups,
      NodeSelectors selectors,
      DocumentHome home,
      Peers peers,
      AppliedChanges changes,
      LocalReplicas replicas,
      CopyWatch copies,
      LiveCluster live,
      DiskRoom room) {}

  /**
   * Opens the log, then the groups that this node was a member of, with their stores.
   *
   * @throws io.cairn.store.disk.StoreException if a store is damaged
   * @throws IOException if the log is damaged or in use, or the disk fails
   */
  static HostCluster open(Setup setup, Network network) throws IOException {
    ServiceHost.Arguments arguments = setup.arguments();
    LivePeers peers = new LivePeers();
    network.peers().gate(peers::claim);
    DiskRoom room = DiskRoom.of(setup.sandbox(), arguments.diskReserveBytes);
    ReplicationNode node =
        RaftReplicationNode.open(
            setup.sandbox().resolve(LOG),
            fitting(room.total())
                .withIdentity(arguments.id, null)
                .withClockFactor(arguments.clockFactor),
            ReplicationEnvironment.system(System::nanoTime)
                .withRoom(room::takesEntries)
                .withTransport(new PeerReplicationTransport(network.peers(), peers)));
    StorePool pool = StorePool.forThisMachine(room, System::nanoTime);
    room.connect(pool, node.nodeId(), peers::isFull);
    try {
      PeerIdentity identity =
          new PeerIdentity(node.nodeId(), UUID.randomUUID().toString(), network.peerUri());
      Membership membership =
          SwimMembership.create(
              identity.nodeId(),
              identity.launchId(),
              properties(arguments, network),
              new PeerMembershipTransport(network.peers(), identity),
              ClusterArguments.of(arguments).membership);
      Surroundings around = new Surroundings(node, pool, membership, peers, room);
      Parts parts = parts(setup, network, around);
      boolean alone = arguments.peerNodes.length == 0 && arguments.membershipQuorum <= 1;
      return new HostCluster(node, pool, network, identity, membership, parts, alone);
    } catch (IOException | RuntimeException e) {
      node.close();
      pool.close();
      throw e;
    }
  }

  private record Surroundings(
      ReplicationNode node,
      StorePool pool,
      Membership membership,
      LivePeers peers,
      DiskRoom room) {}

  /**
   * The log holds at least a tenth of what lies between two snapshots, in each partition: on a
   * small disk that is to be little.
   */
  private static ReplicationOptions fitting(long diskBytes) {
    ReplicationOptions usual = ReplicationOptions.defaults();
    return usual.withSnapshots(
        Math.clamp(diskBytes / BYTES_FOR_ENTRY, FEWEST_ENTRIES, usual.snapshotEntries()),
        Math.clamp(diskBytes / BYTES_SHARE, 1, usual.snapshotBytes()));
  }

  private static Parts parts(Setup setup, Network network, Surroundings around) throws IOException {
    ReplicationNode node = around.node();
    Map<String, ServiceDocumentDescription> descriptions = DocumentHome.newDescriptions();
    Peers peers = new Peers(network.peers(), around.peers()::address);
    AppliedChanges changes =
        new AppliedChanges(node.nodeId(), setup.clock(), peers, setup.handlers());
    Stores stores =
        new Stores(
            around.pool(), StoreOptions.defaults(), descriptions::get, setup.nowMicros(), changes);
    Path directory = setup.sandbox().resolve(DOCUMENTS);
    DocumentMachines machines =
        new DocumentMachines(
            directory, stores, new Handover(Handover.Proposer.over(peers), setup.handlers()));
    NodeGroups groups =
        NodeGroups.open(
            settings(setup, network),
            new GroupEnvironment(
                node,
                around.membership(),
                around.peers(),
                new PeerControlChannel(network.peers()),
                machines,
                Clock.systemUTC(),
                System::nanoTime,
                new Random()));
    LocalPartitions local = LocalPartitions.open(directory, node, stores);
    NodeSelectors selectors = new NodeSelectors(node.nodeId(), groups, around.room());
    DocumentHome home =
        new DocumentHome(descriptions, selectors, local, machines, around.room(), node.nodeId());
    LiveCluster live =
        LiveCluster.open(
            setup,
            new LiveCluster.Foundation(
                around.membership(), network.peers(), groups, around.room(), network.concerns()));
    CopyWatch copies =
        new CopyWatch(
            copyChecks(setup.arguments()),
            groups,
            around.membership(),
            peers,
            home,
            setup.nowMicros());
    return new Parts(
        groups,
        selectors,
        home,
        peers,
        changes,
        new LocalReplicas(node, machines),
        copies,
        live,
        around.room());
  }

  private static CopyChecks.Settings copyChecks(ServiceHost.Arguments arguments) {
    return new CopyChecks.Settings(
        TimeUnit.MICROSECONDS.toNanos(arguments.copyCheckIntervalMicros),
        arguments.copyCheckBytesPerSecond);
  }

  private static GroupSettings settings(Setup setup, Network network) {
    ServiceHost.Arguments arguments = setup.arguments();
    return GroupSettings.defaults(setup.sandbox().resolve(GROUPS))
        .withPartitions(arguments.partitions)
        .withConfig(config(arguments))
        .withProperties(properties(arguments, network))
        .withPeers(PeerConnections.peers(arguments));
  }

  /** How a default group that this node makes is configured. */
  static GroupConfig config(ServiceHost.Arguments arguments) {
    return new GroupConfig(
        arguments.nodeRemovalDelayMicros, STABLE_INTERVALS, arguments.membershipQuorum, 1);
  }

  /** What this node says about itself, to its group and to whoever sees that it is live. */
  private static Map<String, String> properties(ServiceHost.Arguments arguments, Network network) {
    Map<String, String> properties = new HashMap<>(arguments.nodeProperties);
    properties.put(PROPERTY_URI, network.publicUri().toString());
    if (arguments.location != null) {
      properties.put(PROPERTY_LOCATION, arguments.location);
    }
    return properties;
  }

  /** Begins to talk with other nodes. */
  void connect(ForwardedOperations forwarded) {
    network.peers().handle(PeerStream.FORWARD, forwarded);
    live.start();
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
    live.startupCompleted();
    copies.start();
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

  /** Looks at the disk, and tells the others when it has become full or has room again. */
  void lookAtDisk() {
    boolean full = room.isFull();
    if (full != toldFull) {
      groups.diskFull(full);
      toldFull = full;
    }
  }

  /** Hands over what this node leads, says good-bye, and stops the applications. */
  void leave(Duration patience) {
    copies.close();
    groups.leave(patience);
    live.stop();
  }

  /**
   * Ends the connections with other nodes; before the listeners that they came in by are closed.
   */
  void disconnect() {
    network.peers().close();
  }

  /** What there is of the cluster without consensus. */
  LiveCluster live() {
    return live;
  }

  /** The room on the disk that holds the data. */
  DiskRoom room() {
    return room;
  }

  /** The copies that this node holds. */
  CopyWatch copies() {
    return copies;
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

  NodeGroups groups() {
    return groups;
  }

  NodeSelectors selectors() {
    return selectors;
  }

  DocumentHome home() {
    return home;
  }

  /** Reaches the other nodes. */
  Peers peers() {
    return peers;
  }

  /** What is told of changes that other nodes proposed. */
  AppliedChanges changes() {
    return changes;
  }

  /** What other nodes may do with this node's replicas. */
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
    live.close();
    node.close();
    groups.close();
    try {
      membership.close();
    } catch (Exception e) {
      log.warn("Membership could not be closed cleanly", e);
    }
    disconnect();
    home.close();
    pool.close();
  }
}
