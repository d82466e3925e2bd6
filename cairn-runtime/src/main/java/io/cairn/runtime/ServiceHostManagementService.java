// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentJson;
import io.cairn.net.ProxyHeaders;
import io.cairn.runtime.backup.AutoBackups;
import io.cairn.runtime.backup.BackupWish;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.state.ServiceHostState;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import io.cairn.service.stats.ServiceStatUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Shows the settings and the condition of a host; a DELETE stops it. Secrets are not among what it
 * shows.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class ServiceHostManagementService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_MANAGEMENT;
  public static final String STAT_NAME_AVAILABLE_MEMORY_BYTES = "availableMemoryBytes";
  public static final String STAT_NAME_AVAILABLE_DISK_BYTES = "availableDiskByte";
  public static final String STAT_NAME_CPU_USAGE_PERCENT = "cpuUsagePercent";
  public static final String STAT_NAME_JVM_THREAD_COUNT = "jvmThreadCount";
  public static final String STAT_NAME_SERVICE_COUNT = "serviceCount";
  public static final String STAT_NAME_PAGED_QUERY_COUNT = "pagedQueryCount";
  public static final String STAT_NAME_AUTO_BACKUP_PERFORMED_COUNT = "autoBackupPerformedCount";
  public static final String STAT_NAME_AUTO_BACKUP_FAILED_COUNT = "autoBackupFailedCount";
  public static final String STAT_NAME_AUTO_BACKUP_SKIPPED_COUNT = "autoBackupSkippedCount";

  private static final String KIND_PREFIX =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";

  private static final Logger LOG = LoggerFactory.getLogger(ServiceHostManagementService.class);

  /** Between two figures of the machine: reading them is most of what an idle host would do. */
  private static final long INTERVAL_MICROS = TimeUnit.SECONDS.toMicros(5);

  private static final EnumSet<AggregationType> AGGREGATION =
      EnumSet.of(AggregationType.AVG, AggregationType.MIN, AggregationType.MAX);

  private final boolean remoteStop;
  private final IntSupplier pagedQueries;
  private final HostBackups backups;
  private final ManagementRequests requests;

  /**
   * A management service, to be started at its self link.
   *
   * @param remoteStop whether others than this machine may have the host stop
   * @param pagedQueries counts the queries that hold pages
   * @param backups makes backups and restores them
   * @param requests does what else is asked for
   */
  ServiceHostManagementService(
      boolean remoteStop,
      IntSupplier pagedQueries,
      HostBackups backups,
      ManagementRequests requests) {
    super(ServiceHostState.class);
    this.remoteStop = remoteStop;
    this.pagedQueries = pagedQueries;
    this.backups = backups;
    this.requests = requests;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.PERIODIC_MAINTENANCE, true);
    setMaintenanceIntervalMicros(INTERVAL_MICROS);
  }

  @Override
  public void handleStart(Operation start) {
    record();
    start.complete();
  }

  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(getHost().getState()).complete();
  }

  /** Answers that the host will stop, and has it stop, if whoever asks may have it. */
  @Override
  public void handleDelete(Operation delete) {
    String caller = callerOf(delete);
    if (!remoteStop && !isFromThisMachine(delete)) {
      LOG.warn(
          "Refused to stop for {}: only this machine may ask, unless remoteStop is set", caller);
      delete.fail(
          Operation.STATUS_CODE_FORBIDDEN,
          new IllegalStateException(
              "A host is stopped from its own machine, over a loopback address. The setting remoteStop=true lets others do so"),
          null);
      return;
    }
    LOG.warn("Stopping: {} asked for it by DELETE {}", caller, SELF_LINK);
    delete.setStatusCode(Operation.STATUS_CODE_ACCEPTED).setBodyNoCloning(null).complete();
    getHost().requestStop();
  }

  static boolean isFromThisMachine(Operation op) {
    SocketAddress caller = op.getCaller();
    return caller == null
        || (!ProxyHeaders.arePresent(op::getRequestHeader)
            && caller instanceof InetSocketAddress address
            && address.getAddress() != null
            && address.getAddress().isLoopbackAddress());
  }

  private static String callerOf(Operation op) {
    return op.getCaller() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress() + ", port " + address.getPort()
        : "a service of this host";
  }

  /** Takes requests by their kind. */
  @Override
  public void handlePatch(Operation patch) {
    Object body = patch.getBodyRaw();
    if (body == null) {
      throw new IllegalArgumentException("body is required: a request with a kind");
    }
    JsonNode request = DocumentJson.standard().toTree(patch.getBody(JsonNode.class));
    String kind = request.path("kind").asString("");
    String name = kind.startsWith(KIND_PREFIX) ? kind.substring(KIND_PREFIX.length()) : "";
    if (ManagementRequests.KINDS.contains(name)) {
      requests.handle(this, name, request, patch);
      return;
    }
    if (!BackupWish.KINDS.contains(name)) {
      throw new IllegalArgumentException(
          "%s. Known are %s"
              .formatted(
                  kind.isEmpty()
                      ? "kind is required: it says what is asked for"
                      : "Requests of kind %s are not supported".formatted(kind),
                  Stream.concat(BackupWish.KINDS.stream(), ManagementRequests.KINDS.stream())
                      .sorted()
                      .map(each -> KIND_PREFIX + each)
                      .collect(Collectors.joining(", "))));
    }
    backups.handle(name, patch);
  }

  @Override
  public void handlePeriodicMaintenance(Operation maintenance) {
    record();
    maintenance.complete();
  }

  private void record() {
    ServiceHostState state = getHost().getState();
    ServiceHostState.SystemHostInfo system = state.systemInfo;
    if (system != null) {
      gauge(
          STAT_NAME_AVAILABLE_MEMORY_BYTES,
          (double)
              (system.maxMemoryByteCount
                  - system.totalMemoryByteCount
                  + system.freeMemoryByteCount));
      gauge(STAT_NAME_AVAILABLE_DISK_BYTES, (double) system.usableDiskByteCount);
    }
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean machine) {
      gauge(STAT_NAME_CPU_USAGE_PERCENT, Math.max(0, machine.getProcessCpuLoad()) * 100);
    }
    gauge(STAT_NAME_JVM_THREAD_COUNT, ManagementFactory.getThreadMXBean().getThreadCount());
    gauge(STAT_NAME_SERVICE_COUNT, (double) state.serviceCount);
    gauge(STAT_NAME_PAGED_QUERY_COUNT, pagedQueries.getAsInt());
    AutoBackups automatic = backups.automatic();
    gauge(STAT_NAME_AUTO_BACKUP_PERFORMED_COUNT, (double) automatic.performed());
    gauge(STAT_NAME_AUTO_BACKUP_FAILED_COUNT, (double) automatic.failed());
    gauge(STAT_NAME_AUTO_BACKUP_SKIPPED_COUNT, (double) automatic.skipped());
  }

  /** An operation was traced: how long such ones take, minute by minute for an hour. */
  void traced(String name, long micros) {
    set(
        ServiceStatUtils.getOrCreateTimeSeriesStat(
            this, name, ServiceStatUtils.createHourlyTimeSeriesStat(AGGREGATION)),
        (double) micros);
  }

  /** The value now, and its course over the last hour and day. */
  private void gauge(String name, double value) {
    setStat(name, value);
    set(ServiceStatUtils.getOrCreateHourlyTimeSeriesStat(this, name, AGGREGATION), value);
    set(ServiceStatUtils.getOrCreateDailyTimeSeriesStat(this, name, AGGREGATION), value);
  }

  private void set(ServiceStats.@org.jspecify.annotations.Nullable ServiceStat stat, double value) {
    if (stat != null) {
      setStat(stat, value);
    }
  }
}
