// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentKinds;
import io.cairn.runtime.model.HostSettings;
import io.cairn.service.ServiceHost;
import io.cairn.service.state.ServiceHostState;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Takes the picture of a host that {@code /core/management} shows. */
final class HostStates {

  private HostStates() {}

  /** Shows what runs, with its settings and its machine. */
  static ServiceHostState of(HostParts parts, HostSettings settings, Path sandbox) {
    ServiceHostState state = of(settings, sandbox);
    state.id = parts.id();
    state.httpPort = settings.port() < 0 ? -1 : parts.uri().getPort();
    state.httpsPort = parts.securePort();
    state.publicUri = parts.publicUri();
    state.isStarted = !parts.isClosed();
    state.isStopping = parts.isClosed();
    state.serviceCount =
        parts.services().registry().all().size() + parts.services().stateful().count();
    state.operationTracingLevel = parts.services().tracing().depth().name();
    state.requestLoggingInfo = parts.services().requestLog().info();
    state.partitionCount = parts.cluster().documents().partitionCount();
    state.documentOwner = parts.id();
    state.documentUpdateTimeMicros = parts.threads().clock().changes().now();
    return state;
  }

  private static ServiceHostState of(HostSettings settings, Path sandbox) {
    ServiceHostState state = new ServiceHostState();
    state.bindAddress = settings.bindAddress();
    state.location = settings.location();
    state.storageSandboxFileReference = sandbox.toUri();
    state.maintenanceIntervalMicros = settings.maintenanceIntervalMicros();
    state.operationTimeoutMicros = settings.operationTimeoutMicros();
    state.serviceCacheClearDelayMicros = settings.serviceCacheClearDelayMicros();
    state.requestPayloadSizeLimit = settings.requestPayloadSizeLimit();
    state.responsePayloadSizeLimit = settings.responsePayloadSizeLimit();
    state.sslClientAuthMode = settings.sslClientAuthMode();
    state.isAuthorizationEnabled = settings.security().isAuthorizationEnabled;
    state.version = ServiceHost.class.getPackage().getImplementationVersion();
    state.systemInfo = system(sandbox);
    state.documentKind = DocumentKinds.shared().kindOf(ServiceHostState.class);
    state.documentSelfLink = ServiceUriPaths.CORE_MANAGEMENT;
    return state;
  }

  private static ServiceHostState.SystemHostInfo system(Path sandbox) {
    ServiceHostState.SystemHostInfo info = new ServiceHostState.SystemHostInfo();
    Runtime runtime = Runtime.getRuntime();
    info.availableProcessorCount = runtime.availableProcessors();
    info.freeMemoryByteCount = runtime.freeMemory();
    info.totalMemoryByteCount = runtime.totalMemory();
    info.maxMemoryByteCount = runtime.maxMemory();
    info.osName = System.getProperty("os.name");
    info.javaVersion = System.getProperty("java.version");
    try {
      FileStore disk = Files.getFileStore(sandbox);
      info.freeDiskByteCount = disk.getUnallocatedSpace();
      info.usableDiskByteCount = disk.getUsableSpace();
      info.totalDiskByteCount = disk.getTotalSpace();
      info.ipAddresses = addresses();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return info;
  }

  private static List<String> addresses() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .map(InetAddress::getHostAddress)
        .toList();
  }
}
