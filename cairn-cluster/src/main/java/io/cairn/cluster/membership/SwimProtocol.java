// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MembershipEvent;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The library's parts put together: failure detector, gossip, metadata and membership. Its own
 * front door is not used, because that one cannot stop without a good-bye, takes seeds only once
 * and brings its own clock. Methods may be called by any thread and hand over to the protocol's.
 */
final class SwimProtocol {

  private static final Logger LOG = LoggerFactory.getLogger(SwimProtocol.class);

  private final MembershipSettings settings;
  private final Scheduler scheduler;
  private final LibraryTransport transport;
  private final FailureDetectorImpl detector;
  private final GossipProtocolImpl gossip;
  private final MetadataStoreImpl metadata;
  private final MembershipProtocolImpl membership;
  private final Sinks.Many<MembershipEvent> changes = Sinks.many().multicast().directBestEffort();
  private final Disposable.Composite running = Disposables.composite();

  SwimProtocol(
      ClusterMember self,
      Announcement announcement,
      MembershipSettings settings,
      SwimRuntime runtime,
      LibraryTransport transport) {
    this.settings = settings;
    this.scheduler = runtime.scheduler();
    this.transport = transport;
    Member member =
        new Member(
            self.launchId(),
            self.nodeId(),
            self.address().toString(),
            LibraryMessages.NAMESPACE);
    ClusterConfig config = configuration(settings);
    detector =
        new FailureDetectorImpl(
            member, transport, changes.asFlux().onBackpressureBuffer(),
            config.failureDetectorConfig(), scheduler);
    gossip =
        new GossipProtocolImpl(
            member, transport, changes.asFlux().onBackpressureBuffer(),
            config.gossipConfig(), scheduler);
    metadata = new MetadataStoreImpl(member, transport, announcement, config, scheduler);
    membership =
        new MembershipProtocolImpl(
            member, transport, detector, gossip, metadata, config, scheduler);
  }

  /** Tells the table of changes from now on. Comes before messages and {@link #start}. */
  void report(MemberTable table) {
    running.add(membership.listen().subscribe(event -> changed(event, table)));
  }

  /** Starts all parts. */
  void start(Greeter greeter) {
    detector.start();
    gossip.start();
    metadata.start();
    running.add(membership.start().subscribe());
    long interval = settings.seedInterval().toMillis();
    running.add(
        scheduler.schedulePeriodically(
            guarded("greeting", greeter::round), 0, interval, TimeUnit.MILLISECONDS));
  }

  /** Tells our table first, so that it knows a member before it is probed, then the parts. */
  private void changed(MembershipEvent event, MemberTable table) {
    guarded("event", () -> report(event, table)).run();
    var _ = changes.tryEmitNext(event);
  }

  /** Good-byes are no news here: the table read them off the claims. */
  private static void report(MembershipEvent event, MemberTable table) {
    ByteBuffer said = event.newMetadata();
    if (event.isRemoved()) {
      table.removed(event.member().id());
    } else if (event.isAdded() && said != null) {
      table.added(LibraryMessages.launch(event.member()), announcement(said));
    } else if (event.isUpdated() && said != null) {
      table.updated(event.member().id(), announcement(said));
    }
  }

  private static Announcement announcement(ByteBuffer said) {
    try {
      return Announcement.decode(said);
    } catch (MalformedMessageException impossible) {
      throw new IllegalStateException("it was read when it arrived", impossible);
    }
  }

  /** Lets the others know what this node says about itself from now on. */
  void announce(Announcement announcement) {
    execute(
        () -> {
          metadata.updateMetadata(announcement);
          var _ = membership.updateIncarnation().subscribe();
        });
  }

  /** Tells everybody that this node goes; completes when that has most likely spread. */
  CompletableFuture<Void> sayGoodBye() {
    CompletableFuture<Void> told = new CompletableFuture<>();
    execute(
        () -> {
          var _ =
              membership
                  .leaveCluster()
                  .subscribe(nothing -> {}, told::completeExceptionally, () -> told.complete(null));
        });
    try {
      var _ =
          scheduler.schedule(
              () -> told.complete(null),
              settings.leaveTimeout().toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      told.complete(null);
    }
    return told.exceptionally(failure -> null);
  }

  /** Ends everything without a word. Idempotent. */
  void stop() {
    var _ = transport.stop().subscribe();
    execute(
        () -> {
          running.dispose();
          metadata.stop();
          membership.stop();
          gossip.stop();
          detector.stop();
          scheduler.dispose();
        });
  }

  /** Runs something in the protocol's thread; not at all if that has ended. */
  void execute(Runnable task) {
    try {
      scheduler.schedule(guarded("task", task));
    } catch (RejectedExecutionException closing) {
      LOG.debug("The protocol has ended", closing);
    }
  }

  private static Runnable guarded(String what, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("Membership: {} failed", what, e);
      }
    };
  }

  private static ClusterConfig configuration(MembershipSettings settings) {
    return new ClusterConfig()
        .metadataTimeout(millis(settings.metadataTimeout()))
        .metadataCodec(new AnnouncementCodec())
        .failureDetector(
            detector ->
                detector
                    .pingInterval(millis(settings.pingInterval()))
                    .pingTimeout(millis(settings.pingTimeout()))
                    .pingReqMembers(settings.pingRequestMembers()))
        .gossip(
            gossip ->
                gossip
                    .gossipInterval(millis(settings.gossipInterval()))
                    .gossipFanout(settings.gossipFanout())
                    .gossipRepeatMult(settings.gossipRepeatMultiplier()))
        .membership(
            membership ->
                membership
                    .namespace(LibraryMessages.NAMESPACE)
                    .suspicionMult(settings.suspicionMultiplier())
                    .syncInterval(millis(settings.syncInterval())));
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
