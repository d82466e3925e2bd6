// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.host.ServiceHost;
import java.util.List;

/** The settings while they are read; one thread. */
final class Draft {
  final ServiceHost.Arguments host = new ServiceHost.Arguments();
  List<String> peerNodes = List.of();
  LogFormat logFormat = LogFormat.TEXT;
  String logLevel = "INFO";
}
