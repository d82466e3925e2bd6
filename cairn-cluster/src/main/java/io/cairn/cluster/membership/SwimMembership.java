// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.ClusterMember.State;
import io.cairn.cluster.membership.MembershipEvent.Left;
import io.cairn.cluster.membership.SwimProtocol.Surroundings;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.net.NetClock;
import io.cairn.net.RepeatedWarnings;
import io.cairn.wire.MalformedException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership by the SWIM protocol: each node probes the others in turn, news travel by gossip, and
 * a member that does not answer is suspected for a while before it is given up.
 *
 * <p>The state of the life cycle is guarded by this object's lock; everything of the protocol runs
 * in one thread of its own.
 */
public final class SwimMembership implements Membership {

  private static final Logger LOG = LoggerFactory.getLogger(SwimMembership.class);

  /** Messages that wait for the protocol's thread. */
  private static final int MAX_WAITING = 4096;

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
  private final RepeatedWarnings warnings;
  private final AtomicInteger waiting = new AtomicInteger();
  private final TrafficCounters counters = new TrafficCounters();
  private final List<EventQueue> listeners = new CopyOnWriteArrayList<>();
  private final MemberTable table;

  private Phase phase = Phase.NEW;
  private Announcement announcement;
  private @Nullable SwimProtocol protocol;
  private volatile ClusterMember self;
  private volatile boolean silent;
  private volatile boolean closed;

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
    this.warnings = new RepeatedWarnings(LOG, runtime.timers()::nanoTime);
    this.table = new MemberTable(self, announcement, this::publish);
    WireCodec.requireSendable(launch());
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
            new SwimThread("cairn-membership-" + nodeId),
            task -> Thread.ofVirtual().name("membership-listener").start(task),
            NetClock.timeOfDay(),
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
      if (phase == Phase.RUNNING && protocol != null) {
        execute(protocol::seeded);
      }
    }
  }

  @Override
  public synchronized void start() {
    if (phase != Phase.NEW) {
      throw new IllegalStateException("membership was started or closed before");
    }
    SwimProtocol started =
        new SwimProtocol(
            launch(),
            announcement,
            new Surroundings(transport, settings, runtime, seeds),
            table,
            this::send);
    protocol = started;
    phase = Phase.RUNNING;
    transport.receiver((from, bytes) -> arrived(started, from, bytes));
    execute(started::start);
  }

  private Launch launch() {
    return new Launch(self.launchId(), self.nodeId(), self.address());
  }

  /** Runs something in the protocol's thread; not at all if that has ended. */
  private void execute(Runnable task) {
    runtime.timers().after(Duration.ZERO, task);
  }

  private void send(URI peer, WireMessage message) {
    if (closed) {
      return;
    }
    try {
      byte[] bytes = WireCodec.encode(message);
      counters.sent.increment();
      counters.sentBytes.add(bytes.length);
      transport.send(peer, bytes);
    } catch (IllegalArgumentException tooLarge) {
      counters.failed.increment();
      warnings.error("cannot send", "Cannot send to " + peer, tooLarge);
    }
  }

  /** Takes a message from the network, in any thread. */
  private void arrived(SwimProtocol running, URI from, byte[] bytes) {
    counters.received.increment();
    if (bytes.length > WireCodec.MAX_BYTES) {
      counters.malformed.increment();
      return;
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      counters.overflowed.increment();
      return;
    }
    execute(
        () -> {
          waiting.decrementAndGet();
          if (!closed) {
            receive(running, from, bytes);
          }
        });
  }

  private void receive(SwimProtocol running, URI from, byte[] bytes) {
    try {
      running.received(from, WireCodec.decode(bytes));
    } catch (MalformedException e) {
      counters.malformed.increment();
      warnings.warn("Cannot read a message about members from " + from, e);
    } catch (RuntimeException e) {
      counters.failed.increment();
      warnings.warn("Cannot handle a message about members from " + from, e);
    }
  }

  @Override
  public synchronized void updateMetadata(Map<String, String> metadata) {
    Announcement next = announcement.next(metadata);
    next.requireFits(settings.maxMetadataBytes());
    announcement = next;
    self = self.saying(next.metadata());
    if (phase == Phase.RUNNING && protocol != null) {
      SwimProtocol running = protocol;
      execute(() -> running.announce(next));
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
    CompletableFuture<Void> told = new CompletableFuture<>();
    if (table.others().isEmpty()) {
      told.complete(null);
    } else {
      execute(() -> running.leave(() -> told.complete(null)));
    }
    return told.whenComplete((nothing, failure) -> close());
  }

  @Override
  public void close() {
    synchronized (this) {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
    }
    silent = true;
    closed = true;
    runtime.timers().close();
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
