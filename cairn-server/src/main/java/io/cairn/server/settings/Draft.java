// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.host.ServiceHost;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings while they are read; one thread. */
final class Draft {
  final ServiceHost.Arguments host = new ServiceHost.Arguments();
  List<String> peerNodes = List.of();
  @Nullable Path clusterSecretFile;
  boolean wantsMajority;
  int nodes = 1;
  boolean stopWithInput;
  LogFormat logFormat = LogFormat.TEXT;
  String logLevel = "INFO";
}
