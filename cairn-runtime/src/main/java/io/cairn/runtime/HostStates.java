// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentKinds;
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
import java.util.List;

/** Takes the picture of a host that {@code /core/management} shows. */
final class HostStates {

  private HostStates() {}

  static ServiceHostState of(ServiceHost host, HostParts parts, ServiceHost.Arguments arguments) {
    ServiceHostState state = new ServiceHostState();
    state.id = parts.id();
    state.bindAddress = arguments.bindAddress;
    state.httpPort = arguments.port < 0 ? -1 : parts.port();
    state.httpsPort = arguments.securePort;
    state.publicUri = parts.publicUri();
    state.location = arguments.location;
    state.storageSandboxFileReference = parts.sandbox().toUri();
    state.maintenanceIntervalMicros = arguments.maintenanceIntervalMicros;
    state.operationTimeoutMicros = arguments.operationTimeoutMicros;
    state.serviceCacheClearDelayMicros = arguments.serviceCacheClearDelayMicros;
    state.requestPayloadSizeLimit = arguments.requestPayloadSizeLimit;
    state.responsePayloadSizeLimit = arguments.responsePayloadSizeLimit;
    state.sslClientAuthMode = arguments.sslClientAuthMode;
    state.isStarted = host.isStarted();
    state.isStopping = parts.isClosed();
    state.serviceCount = parts.registry().all().size() + parts.stateful().count();
    state.partitionCount = parts.home().partitionCount();
    state.version = ServiceHost.class.getPackage().getImplementationVersion();
    state.systemInfo = system(parts);
    state.documentKind = DocumentKinds.shared().kindOf(ServiceHostState.class);
    state.documentSelfLink = ServiceUriPaths.CORE_MANAGEMENT;
    state.documentOwner = parts.id();
    state.documentUpdateTimeMicros = parts.clock().now();
    return state;
  }

  private static ServiceHostState.SystemHostInfo system(HostParts parts) {
    ServiceHostState.SystemHostInfo info = new ServiceHostState.SystemHostInfo();
    Runtime runtime = Runtime.getRuntime();
    info.availableProcessorCount = runtime.availableProcessors();
    info.freeMemoryByteCount = runtime.freeMemory();
    info.totalMemoryByteCount = runtime.totalMemory();
    info.maxMemoryByteCount = runtime.maxMemory();
    info.osName = System.getProperty("os.name");
    info.javaVersion = System.getProperty("java.version");
    try {
      FileStore disk = Files.getFileStore(parts.sandbox());
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
