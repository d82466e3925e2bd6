// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings and the condition of a host, as {@code /core/management} shows them. Holds neither
 * secrets nor the process's environment.
 */
@DocumentKind("com:vmware:xenon:common:ServiceHost:ServiceHostState")
public class ServiceHostState extends ServiceDocument {

  public @Nullable String id;
  public @Nullable String bindAddress;
  public int httpPort;
  public int httpsPort;
  public @Nullable URI publicUri;
  public @Nullable String location;
  public @Nullable URI storageSandboxFileReference;
  public long maintenanceIntervalMicros;
  public long operationTimeoutMicros;
  public long serviceCacheClearDelayMicros;
  public int requestPayloadSizeLimit;
  public int responsePayloadSizeLimit;
  public @Nullable String sslClientAuthMode;
  public boolean isAuthorizationEnabled;
  public boolean isStarted;
  public boolean isStopping;
  public long serviceCount;
  public int partitionCount;

  /** How much is noted of each operation: OFF, FINE, FINER or FINEST. */
  public @Nullable String operationTracingLevel;

  public @Nullable RequestLoggingInfo requestLoggingInfo;
  public @Nullable String version;
  public @Nullable SystemHostInfo systemInfo;

  /** What the host runs on. */
  @DocumentKind("com:vmware:xenon:common:ServiceHost:ServiceHostState:SystemHostInfo")
  public static class SystemHostInfo {
    public int availableProcessorCount;
    public long freeMemoryByteCount;
    public long totalMemoryByteCount;
    public long maxMemoryByteCount;
    public long freeDiskByteCount;
    public long usableDiskByteCount;
    public long totalDiskByteCount;
    public @Nullable String osName;
    public @Nullable String javaVersion;
    public List<String> ipAddresses = List.of();
  }
}
