// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.service.ServiceHost;
import io.cairn.service.backup.BackupArguments;
import io.cairn.service.security.SecurityArguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a running host: what {@link ServiceHost.Arguments} said when it was started. Each
 * component means what the field of its name means.
 */
public record HostSettings(
    int port,
    int securePort,
    String sslClientAuthMode,
    @Nullable Path keyFile,
    @Nullable String keyPassphrase,
    @Nullable Path certificateFile,
    @Nullable Path caFile,
    String bindAddress,
    @Nullable String publicUri,
    List<String> allowedHosts,
    boolean remoteStop,
    List<String> subscriptionHosts,
    long subscriptionFailureTimeoutMicros,
    @Nullable String id,
    @Nullable String location,
    List<String> peerNodes,
    int peerPort,
    @Nullable String clusterSecret,
    boolean insecurePeers,
    int membershipQuorum,
    long startupPeriodMicros,
    int clockFactor,
    long copyCheckIntervalMicros,
    long copyCheckBytesPerSecond,
    long schemaCheckLimitMicros,
    long nodeRemovalDelayMicros,
    long diskReserveBytes,
    int partitions,
    Map<String, String> nodeProperties,
    boolean persistentAttributes,
    long operationTimeoutMicros,
    long queryTimeLimitMicros,
    long queryScanLimit,
    long maintenanceIntervalMicros,
    long serviceCacheClearDelayMicros,
    long maximumIdleServices,
    int requestPayloadSizeLimit,
    long requestBodyBudget,
    int maxConnections,
    int maxEventStreams,
    int maxNodeGroups,
    int maxNodeSelectors,
    boolean missingDeleteSucceeds,
    int responsePayloadSizeLimit,
    boolean isAutoBackupEnabled,
    @Nullable Path autoBackupDirectory,
    BackupArguments backups,
    SecurityArguments security) {

  /** Copies settings, so that whoever has them may change them later. */
  public static HostSettings of(ServiceHost.Arguments arguments) {
    return new HostSettings(
        arguments.port,
        arguments.securePort,
        arguments.sslClientAuthMode,
        arguments.keyFile,
        arguments.keyPassphrase,
        arguments.certificateFile,
        arguments.caFile,
        arguments.bindAddress,
        arguments.publicUri,
        List.of(arguments.allowedHosts),
        arguments.remoteStop,
        List.of(arguments.subscriptionHosts),
        arguments.subscriptionFailureTimeoutMicros,
        arguments.id,
        arguments.location,
        List.of(arguments.peerNodes),
        arguments.peerPort,
        arguments.clusterSecret,
        arguments.insecurePeers,
        arguments.membershipQuorum,
        arguments.startupPeriodMicros,
        arguments.clockFactor,
        arguments.copyCheckIntervalMicros,
        arguments.copyCheckBytesPerSecond,
        arguments.schemaCheckLimitMicros,
        arguments.nodeRemovalDelayMicros,
        arguments.diskReserveBytes,
        arguments.partitions,
        Map.copyOf(arguments.nodeProperties),
        arguments.persistentAttributes,
        arguments.operationTimeoutMicros,
        arguments.queryTimeLimitMicros,
        arguments.queryScanLimit,
        arguments.maintenanceIntervalMicros,
        arguments.serviceCacheClearDelayMicros,
        arguments.maximumIdleServices,
        arguments.requestPayloadSizeLimit,
        arguments.requestBodyBudget,
        arguments.maxConnections,
        arguments.maxEventStreams,
        arguments.maxNodeGroups,
        arguments.maxNodeSelectors,
        arguments.missingDeleteSucceeds,
        arguments.responsePayloadSizeLimit,
        arguments.isAutoBackupEnabled,
        arguments.autoBackupDirectory,
        arguments.backups.copy(),
        arguments.security.copy());
  }

  /** Says which host they are of; some of them are secret. */
  @Override
  public String toString() {
    return "HostSettings[id=" + id + ", port=" + port + "]";
  }
}
