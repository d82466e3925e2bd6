// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.SettingSources.Found;
import io.cairn.runtime.ClusterArguments;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings while they are read; one thread. */
final class Draft {

  /**
   * A value that follows from others.
   *
   * @param from what it follows from, for people
   */
  record Derived(String value, String from) {}

  final ClusterArguments host;
  final MembershipKnobs membership = new MembershipKnobs();
  final Map<String, Derived> derived = new LinkedHashMap<>();
  List<String> peerNodes;
  @Nullable List<String> seeds;
  boolean secure;
  boolean ssl;
  @Nullable Found secureSince;
  boolean isSpecForOthers;
  @Nullable Path clusterSecretFile;
  @Nullable Path adminPasswordFile;
  boolean wantsMajority;
  int nodes = 1;
  boolean stopWithInput;
  LogFormat logFormat = LogFormat.TEXT;
  String logLevel = "INFO";
  @Nullable Path accessLog;
  long accessLogSize = 64L << 20;
  int accessLogFiles = 5;

  /**
   * Starts with what a program has set itself.
   *
   * @param host what it has set; takes over what is read
   */
  Draft(ClusterArguments host) {
    this.host = host;
    this.peerNodes = List.of(host.peerNodes);
  }

  /** Says that a value follows from something else than what was written for it. */
  void derive(String setting, Object value, String from) {
    derived.put(setting, new Derived(value.toString(), from));
  }
}
