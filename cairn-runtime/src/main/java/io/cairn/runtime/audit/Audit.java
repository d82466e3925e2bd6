// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.cluster.group.GroupView;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.ServiceHost;
import io.cairn.service.security.AuditArguments;
import io.cairn.service.security.AuditArguments.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit of a host, put together. Thread-safe. */
public final class Audit implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Audit.class);
  private static final Duration STOPPING = Duration.ofSeconds(1);

  private final ServiceHost host;
  private final AuditArguments settings;
  private final AuditTime time;
  private final AuditWriter writer;
  private final AuditTrail trail;
  private final AuditedMembership membership;
  private volatile @Nullable AuditFile file;
  private volatile @Nullable AuditDelivery delivery;

  /**
   * The audit of a host that is being made.
   *
   * @param extent how much is noted
   * @param users those whom the node knows
   */
  public Audit(
      ServiceHost host,
      String nodeId,
      AuditArguments settings,
      Extent extent,
      HostClock clock,
      AuditRecords.Users users) {
    this.host = host;
    this.settings = settings;
    this.time = new AuditTime(clock.wallMicros(), clock.nanoTime());
    this.writer = new AuditWriter(new AuditRecords(nodeId, host::nextUUID, users), time);
    this.trail = new AuditTrail(extent, time.nowMicros(), writer::offer);
    this.membership = new AuditedMembership(nodeId, trail);
  }

  /**
   * Notes that somebody at the machine of a host that does not run has made its group begin anew,
   * if the host has an audit. The group gets it when the host runs.
   *
   * @param directory of the host
   * @throws IOException if it cannot be written
   */
  public static void noteRecovery(
      Path directory, String nodeId, AuditArguments settings, String groupLink, long nowMicros)
      throws IOException {
    Path files = directory.resolve(AuditFile.DIRECTORY);
    if (!Files.isDirectory(files)) {
      return;
    }
    AuditRecord record = new AuditRecord();
    record.documentSelfLink = AuditService.FACTORY_LINK + "/recovery-" + UUID.randomUUID();
    record.documentKind = AuditRecord.KIND;
    record.action = AuditedAction.MEMBERSHIP;
    record.detail = "recovered without a majority";
    record.link = groupLink;
    record.nodeId = nodeId;
    record.timeMicros = nowMicros;
    record.outcome = AuditRecord.Outcome.DONE;
    record.via = "machine";
    try (AuditFile file = new AuditFile(files, settings.fileBytes)) {
      var _ = file.append(List.of(AuditWriter.line(record)));
    }
  }

  /** What hears of requests. */
  public AuditTrail trail() {
    return trail;
  }

  /** A group of this node is seen so now. */
  public void seen(GroupView group) {
    if (trail.isOn()) {
      membership.seen(group);
    }
  }

  /**
   * Begins to write, if anything is to be noted.
   *
   * @param directory of the host
   * @throws IOException if the file cannot be made: then what was asked for cannot be done
   */
  public void open(Path directory) throws IOException {
    if (!trail.isOn()) {
      return;
    }
    AuditFile opened = new AuditFile(directory.resolve(AuditFile.DIRECTORY), settings.fileBytes);
    AuditGroup group = new AuditGroup(host, settings, time);
    AuditDelivery delivering =
        new AuditDelivery(opened, group::take, group::bound, time.nanoTime());
    file = opened;
    delivery = delivering;
    writer.start(new AuditWriter.Output(opened, delivering::written));
  }

  /** Starts the service, on each host; and delivers, if anything is noted. */
  public void start() {
    host.startAndAwait(AuditService.createFactory(), AuditService.FACTORY_LINK);
    trail.started();
    AuditDelivery delivering = delivery;
    if (delivering != null) {
      delivering.start();
    }
  }

  /** The host is going to stop, and the group can still take what has happened. */
  public void stopping() {
    AuditDelivery delivering = delivery;
    if (delivering != null) {
      trail.stopping();
      delivering.awaitDelivered(STOPPING, writer::isIdle, time.nanoTime());
    }
  }

  /** Writes what has happened since; the group gets it when the host starts again. */
  @Override
  public void close() {
    AuditDelivery delivering = delivery;
    AuditFile opened = file;
    if (delivering == null || opened == null) {
      return;
    }
    writer.close();
    delivering.close();
    try {
      opened.close();
    } catch (IOException e) {
      log.warn("The audit's file could not be closed", e);
    }
  }
}
