// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.ClusterMember.State;
import io.cairn.cluster.membership.MembershipEvent.Left;
import io.cairn.cluster.membership.WireMessage.Launch;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Membership by the SWIM protocol: each node probes the others in turn, news travel by gossip, and
 * a member that does not answer is suspected for a while before it is given up.
 *
 * <p>The state of the life cycle is guarded by this object's lock; everything of the protocol runs
 * in one thread of its own.
 */
public final class SwimMembership implements Membership {

  private enum Phase {
    NEW,
    RUNNING,
    LEAVING,
    CLOSED
  }

  private final MembershipTransport transport;
  private final MembershipSettings settings;
  private final SwimRuntime runtime;
  private final Seeds seeds;
  private final TrafficCounters counters = new TrafficCounters();
  private final List<EventQueue> listeners = new CopyOnWriteArrayList<>();
  private final MemberTable table;

  private Phase phase = Phase.NEW;
  private Announcement announcement;
  private @Nullable SwimProtocol protocol;
  private @Nullable Greeter greeter;
  private volatile ClusterMember self;
  private volatile boolean silent;

  SwimMembership(
      ClusterMember self,
      MembershipTransport transport,
      MembershipSettings settings,
      SwimRuntime runtime) {
    this.self = self;
    this.transport = transport;
    this.settings = settings;
    this.runtime = runtime;
    this.seeds = new Seeds(self.address(), settings.maxSeeds());
    this.announcement = new Announcement(0, runtime.clock().millis(), self.metadata());
    this.table =
        new MemberTable(
            self,
            announcement.startedMillis(),
            new Reprieve(transport, runtime.scheduler()),
            this::publish);
    WireCodec.requireSendable(
        new Launch(self.launchId(), self.nodeId(), self.address().toString()));
    announcement.requireFits(settings.maxMetadataBytes());
  }

  /**
   * Makes a membership that is not started yet.
   *
   * @param nodeId this node's stable name
   * @param launchId random and never used before: one that has left never comes back
   * @param metadata what the node says about itself at first
   * @param transport carries the messages; its address becomes this node's address
   * @param settings how eagerly members watch each other
   * @throws IllegalArgumentException if an id, the address or the metadata are too long to be sent
   */
  public static SwimMembership create(
      String nodeId,
      String launchId,
      Map<String, String> metadata,
      MembershipTransport transport,
      MembershipSettings settings) {
    return new SwimMembership(
        new ClusterMember(nodeId, launchId, transport.self(), metadata, State.ALIVE),
        transport,
        settings,
        new SwimRuntime(
            Schedulers.newSingle("cairn-membership-" + nodeId, true),
            task -> Thread.ofVirtual().name("membership-listener").start(task),
            InstantSource.system(),
            RandomGenerator.getDefault()));
  }

  @Override
  public ClusterMember self() {
    return self;
  }

  @Override
  public List<ClusterMember> members() {
    List<ClusterMember> members = new ArrayList<>(table.others());
    members.add(self);
    members.sort(Comparator.comparing(ClusterMember::nodeId));
    return List.copyOf(members);
  }

  /** Returns what was sent, received and dropped so far. */
  public MembershipTraffic traffic() {
    return counters.snapshot();
  }

  @Override
  public synchronized void listener(MembershipListener listener) {
    if (phase != Phase.NEW) {
      throw new IllegalStateException("listeners are added before the start");
    }
    listeners.add(new EventQueue(listener, runtime.listeners(), counters.lostEvents));
  }

  @Override
  public void seeds(Collection<URI> addresses) {
    seeds.add(addresses);
    synchronized (this) {
      if (phase == Phase.RUNNING && protocol != null && greeter != null) {
        protocol.execute(greeter::greet);
      }
    }
  }

  @Override
  public synchronized void start() {
    if (phase != Phase.NEW) {
      throw new IllegalStateException("membership was started or closed before");
    }
    LibraryTransport library =
        new LibraryTransport(
            transport,
            runtime.scheduler(),
            table,
            new RumourMill(self.launchId(), () -> table.others().size()),
            counters);
    protocol = new SwimProtocol(self, announcement, settings, runtime, library);
    greeter = new Greeter(library, table, seeds, runtime.random(), settings);
    phase = Phase.RUNNING;
    protocol.report(table);
    transport.receiver(library::arrived);
    protocol.start(greeter);
  }

  @Override
  public synchronized void updateMetadata(Map<String, String> metadata) {
    Announcement next = announcement.next(metadata);
    next.requireFits(settings.maxMetadataBytes());
    announcement = next;
    self = self.saying(next.metadata());
    if (phase == Phase.RUNNING && protocol != null) {
      protocol.announce(next);
    }
  }

  @Override
  public CompletableFuture<Void> leave() {
    SwimProtocol running;
    synchronized (this) {
      running = phase == Phase.RUNNING ? protocol : null;
      phase = phase == Phase.RUNNING ? Phase.LEAVING : phase;
    }
    silent = true;
    if (running == null) {
      close();
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> told =
        table.others().isEmpty() ? CompletableFuture.completedFuture(null) : running.sayGoodBye();
    return told.whenComplete((nothing, failure) -> close());
  }

  @Override
  public void close() {
    SwimProtocol running;
    synchronized (this) {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
      running = protocol;
    }
    silent = true;
    if (running == null) {
      runtime.scheduler().dispose();
    } else {
      running.stop();
    }
  }

  private void publish(MembershipEvent event) {
    if (silent) {
      return;
    }
    switch (event) {
      case MembershipEvent.Joined joined -> seeds.remember(joined.member().address());
      case Left(ClusterMember member, Left.Reason reason) when reason == Left.Reason.LEAVE ->
          seeds.forget(member.address());
      default -> {}
    }
    listeners.forEach(queue -> queue.offer(event));
  }
}
