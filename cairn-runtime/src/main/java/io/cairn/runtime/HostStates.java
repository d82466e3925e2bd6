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

  /** Shows the settings, and the machine; whoever runs fills in the rest. */
  static ServiceHostState of(HostSettings settings, Path sandbox) {
    ServiceHostState state = new ServiceHostState();
    state.bindAddress = settings.bindAddress();
    state.httpsPort = settings.securePort();
    state.location = settings.location();
    state.storageSandboxFileReference = sandbox.toUri();
    state.maintenanceIntervalMicros = settings.maintenanceIntervalMicros();
    state.operationTimeoutMicros = settings.operationTimeoutMicros();
    state.serviceCacheClearDelayMicros = settings.serviceCacheClearDelayMicros();
    state.requestPayloadSizeLimit = settings.requestPayloadSizeLimit();
    state.responsePayloadSizeLimit = settings.responsePayloadSizeLimit();
    state.sslClientAuthMode = settings.sslClientAuthMode();
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
