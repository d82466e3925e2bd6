// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.DocumentJson;
import io.cairn.host.ServiceStats.TimeSeriesStats.AggregationType;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import tools.jackson.databind.JsonNode;

/**
 * Shows the settings and the condition of a host; a DELETE stops it. Secrets are not among what it
 * shows.
 */
public final class ServiceHostManagementService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_MANAGEMENT;
  public static final String STAT_NAME_AVAILABLE_MEMORY_BYTES = "availableMemoryBytes";
  public static final String STAT_NAME_AVAILABLE_DISK_BYTES = "availableDiskByte";
  public static final String STAT_NAME_CPU_USAGE_PERCENT = "cpuUsagePercent";
  public static final String STAT_NAME_JVM_THREAD_COUNT = "jvmThreadCount";
  public static final String STAT_NAME_SERVICE_COUNT = "serviceCount";
  public static final String STAT_NAME_PAGED_QUERY_COUNT = "pagedQueryCount";

  private static final EnumSet<AggregationType> AGGREGATION =
      EnumSet.of(AggregationType.AVG, AggregationType.MIN, AggregationType.MAX);

  /** A management service, to be started at its self link. */
  public ServiceHostManagementService() {
    super(ServiceHostState.class);
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.PERIODIC_MAINTENANCE, true);
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

  /** Answers that the host will stop, and has it stop. */
  @Override
  public void handleDelete(Operation delete) {
    delete.setStatusCode(Operation.STATUS_CODE_ACCEPTED).setBodyNoCloning(null).complete();
    getHost().requestStop();
  }

  /** Takes requests by their kind. None is known yet. */
  @Override
  public void handlePatch(Operation patch) {
    Object body = patch.getBodyRaw();
    if (body == null) {
      throw new IllegalArgumentException("body is required: a request with a kind");
    }
    JsonNode request = DocumentJson.standard().toTree(patch.getBody(JsonNode.class));
    String kind = request.path("kind").asString("");
    throw new IllegalArgumentException(
        kind.isEmpty()
            ? "kind is required: it says what is asked for"
            : "Requests of kind %s are not supported".formatted(kind));
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
    gauge(STAT_NAME_PAGED_QUERY_COUNT, getHost().parts().queries().pagedCount());
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
