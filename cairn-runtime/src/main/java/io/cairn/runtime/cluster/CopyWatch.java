// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.membership.ClusterMember;
import io.cairn.cluster.membership.Membership;
import io.cairn.runtime.cluster.CopiesService.Copies;
import io.cairn.runtime.documents.CopyChecks;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the copies of this node's partitions compared with those of other nodes, on a thread of its
 * own.
 */
public final class CopyWatch implements CopyChecks.Holders, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CopyWatch.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 2_000;

  private final String self;
  private final NodeGroups groups;
  private final Membership membership;
  private final Peers peers;
  private final DocumentDirectory documents;
  private final HostClock clock;
  private final CopyChecks checks;
  private final Thread thread;
  private final Semaphore wishes = new Semaphore(0);
  private volatile boolean closed;

  public CopyWatch(
      CopyChecks.Settings settings,
      NodeGroups groups,
      Membership membership,
      Peers peers,
      DocumentDirectory documents,
      HostClock clock) {
    this.self = membership.self().nodeId();
    this.groups = groups;
    this.membership = membership;
    this.peers = peers;
    this.documents = documents;
    this.clock = clock;
    this.checks = new CopyChecks(settings, this, documents::partitions);
    this.thread = Thread.ofVirtual().name("cairn-copies").unstarted(this::watch);
  }

  public void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!closed) {
        var _ = wishes.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        wishes.drainPermits();
        runChecks();
      }
    } catch (InterruptedException e) {
      log.debug("The copies are compared no more");
    }
  }

  private void runChecks() throws InterruptedException {
    try {
      checks.run();
    } catch (RuntimeException e) {
      log.warn("Comparing copies failed, and is tried again", e);
    }
  }

  /** What clients see and may ask for. */
  public Copies copies() {
    return new Copies(
        () -> CopiesState.of(self, documents.unheld(), documents.partitions()), this::request);
  }

  private void request() {
    checks.request();
    wishes.release();
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public @Nullable String launch(String node) {
    boolean available =
        groups.all().stream()
            .map(group -> group.view().nodes().get(node))
            .anyMatch(view -> view != null && view.status() == NodeStatus.AVAILABLE);
    return !available
        ? null
        : membership.members().stream()
            .filter(member -> member.nodeId().equals(node))
            .map(ClusterMember::launchId)
            .findAny()
            .orElse(null);
  }

  @Override
  public CompletionStage<byte[]> ask(String node, String group, long id) {
    return peers.request(node, PeerRequests.digest(group, id), PATIENCE);
  }

  @Override
  public long newId() {
    return ThreadLocalRandom.current().nextLong();
  }

  @Override
  public long nanos() {
    return clock.nanos();
  }

  @Override
  public long micros() {
    return clock.micros();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
