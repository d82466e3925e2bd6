// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.application.ClusterEnvironment;
import io.cairn.cluster.application.ClusterRuntime;
import io.cairn.cluster.application.ClusterRuntimeSettings;
import io.cairn.cluster.application.ClusterStages;
import io.cairn.cluster.attributes.AttributesEnvironment;
import io.cairn.cluster.attributes.AttributesSettings;
import io.cairn.cluster.attributes.ReplicatedAttributes;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.MembershipEvent;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.runtime.checkup.Checkup;
import io.cairn.runtime.checkup.FileUse;
import io.cairn.runtime.cluster.GroupQuorum;
import io.cairn.runtime.cluster.PeerAttributesTransport;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.rest.OpenFiles;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host has of the cluster without consensus: attributes, and events, health and messages for
 * applications. Works while this node looks for its group, and while the group has no quorum.
 */
final class LiveCluster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveCluster.class);

  private final NodeGroups groups;
  private final ScheduledThreadPoolExecutor timer;
  private final ReplicatedAttributes attributes;
  private final ClusterRuntime runtime;
  private final HostCluster cluster;
  private final HostCluster.Network network;
  private final Supplier<List<String>> obstacles;
  private final ClusterStages stages = new ClusterStages();
  private final AtomicBoolean watched = new AtomicBoolean();

  /**
   * Takes up the attributes that were kept, and gets to hear of everything from the first event on.
   *
   * @param cluster not connected yet
   * @param obstacles says what else than its group keeps this host from serving; asked whenever
   *     somebody wants to know, and not before the applications are started
   * @throws IOException if what was kept cannot be read
   */
  LiveCluster(
      HostCluster.Setup setup,
      HostCluster.Network network,
      HostCluster cluster,
      Supplier<List<String>> obstacles)
      throws IOException {
    this.cluster = cluster;
    this.network = network;
    this.obstacles = obstacles;
    this.groups = cluster.groups();
    this.timer = newTimer();
    Membership membership = cluster.membership();
    this.attributes =
        ReplicatedAttributes.open(
            membership.self().nodeId(),
            settings(setup),
            new PeerAttributesTransport(network.peers(), groups::addressOf),
            AttributesEnvironment.real(setup.threads().machine().changes(), this::later));
    this.runtime =
        ClusterRuntime.create(
            new ClusterEnvironment(
                membership,
                network.peers(),
                new GroupQuorum(
                    this::defaultGroup, obstacles, () -> remarks(network, cluster.room())),
                HostClock.wall()),
            ClusterRuntimeSettings.defaults().withMessaging(setup.cluster().messaging()));
    cluster.backups().cluster().attributes().of(attributes);
    membership.listener(this::tellAttributes);
    attributes.listener(runtime.attributesListener());
    groups.onPartitionsChange(this::watch);
    setup.cluster().applications().forEach(this::register);
  }

  private void register(ClusterArguments.Registration registration) {
    if (registration.stage() == null) {
      runtime.register(registration.application());
    } else {
      runtime.register(registration.application(), stages.stage(registration.stage()));
    }
  }

  private static AttributesSettings settings(HostCluster.Setup setup) {
    return setup
        .cluster()
        .attributes()
        .withDirectory(
            setup.settings().persistentAttributes() ? setup.sandbox().resolve("attributes") : null);
  }

  private static ScheduledThreadPoolExecutor newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("cairn-attributes").factory());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }

  private void later(Runnable task, long delayNanos) {
    try {
      var _ = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The attributes are closed", e);
    }
  }

  private void tellAttributes(MembershipEvent event) {
    switch (event) {
      case MembershipEvent.Joined(var member) ->
          attributes.joined(member.nodeId(), member.launchId());
      case MembershipEvent.Left(var member, var reason) ->
          attributes.left(member.nodeId(), member.launchId());
      case MembershipEvent.Suspected _,
          MembershipEvent.Recovered _,
          MembershipEvent.Updated _,
          MembershipEvent.Conflicted _ -> {}
    }
  }

  private void watch(NodeGroup group) {
    if (group.name().equals(NodeGroups.DEFAULT)) {
      if (watched.compareAndSet(false, true)) {
        group.onChange(view -> runtime.quorumChanged());
      }
      runtime.quorumChanged();
    }
  }

  /** What operators should look at although this node may be ready. */
  private static List<String> remarks(HostCluster.Network network, DiskRoom room) {
    List<String> remarks = new ArrayList<>();
    String shortage = room.shortageHere();
    if (shortage != null) {
      remarks.add(shortage);
    }
    network.peers().troubles().stream()
        .filter(trouble -> trouble.kind() != PeerTrouble.Kind.CLAIMED) // Then it is not ready.
        .map(
            trouble ->
                "There is no connection with the peer at %s: %s%s"
                    .formatted(
                        trouble.address(),
                        trouble.reason(),
                        trouble.over() == null
                            ? ""
                            : ". What is for it goes over node " + trouble.over()))
        .forEach(remarks::add);
    network.peers().clockSkews().forEach(skew -> remarks.add(skew.text()));
    network.concerns().get().ifPresent(remarks::add);
    return remarks;
  }

  /** The default group as this node sees it; its nodes are empty if it is in none yet. */
  GroupView defaultGroup() {
    return groups.view(NodeGroups.DEFAULT);
  }

  /** Looks at what is the matter with this node. */
  Checkup checkup(LongSupplier nowMicros) {
    return new Checkup(
        new Checkup.Sources(
            cluster.node().nodeId(),
            ServiceHost.class.getPackage().getImplementationVersion(),
            nowMicros,
            () -> defaultGroup().condition(),
            obstacles,
            new Checkup.Peers(
                network.peers()::troubles, network.peers()::refusals, network.peers()::clockSkews),
            new Checkup.Machine(
                cluster.room(),
                cluster.node()::diskWaits,
                () -> FileUse.ofThisProcess(OpenFiles.ENOUGH),
                network.concerns())));
  }

  Cluster cluster() {
    return runtime;
  }

  /** Starts the attributes, and the applications; right before membership is started. */
  void start() {
    runtime.start(attributes);
    attributes.start();
  }

  /** The node has found its group, or the time for that is over. */
  void startupCompleted() {
    runtime.startupCompleted();
  }

  /** Stops the applications and ends what waits for the others; after good-bye was said to them. */
  void stop() {
    runtime.stop();
    attributes.close();
  }

  @Override
  public void close() {
    stop();
    stages.close();
    timer.shutdownNow();
  }
}
