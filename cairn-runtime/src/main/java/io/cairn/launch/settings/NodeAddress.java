// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.cluster.application.ClusterNode;
import io.cairn.launch.settings.SettingSources.Found;
import io.cairn.service.ServiceHost;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out where a host listens, and how others reach it, from a node spec and {@code
 * cluster.ssl}.
 */
final class NodeAddress {

  /** What a spec says itself. */
  static final Set<String> DECIDED_BY_SPEC = Set.of("port", "peerPort", "id", "nodes");

  private static final String SPEC = "node spec";

  private final Draft draft;
  private final ServiceHost.Arguments host;
  private final Map<String, Found> given;
  private final Problems problems;

  /**
   * Changes a draft.
   *
   * @param given what was written, by setting
   */
  NodeAddress(Draft draft, Map<String, Found> given, Problems problems) {
    this.draft = draft;
    this.host = draft.host;
    this.given = given;
    this.problems = problems;
  }

  void apply(@Nullable NodeSpec spec) {
    if (spec != null) {
      takePorts(spec);
    }
    if (draft.ssl) {
      secure(spec);
    }
    if (spec != null) {
      takeNames(spec);
    }
  }

  private void takePorts(NodeSpec spec) {
    host.port = spec.appPort();
    host.peerPort = spec.opPort();
    draft.derive("port", host.port, SPEC);
    draft.derive("peerPort", host.peerPort, SPEC);
  }

  /** The HTTP port becomes HTTPS, unless there is an HTTPS port of its own; peers' follows that. */
  private void secure(@Nullable NodeSpec spec) {
    Found ssl = given.get(ClusterKeys.SSL);
    draft.secureSince = ssl;
    Found securePort = given.get("securePort");
    if (securePort == null || host.securePort < 0) {
      host.securePort = host.port;
      host.port = ServiceHost.PORT_VALUE_LISTENER_DISABLED;
      draft.derive("securePort", host.securePort, ClusterKeys.SSL);
      draft.derive("port", host.port, ClusterKeys.SSL);
    } else if (spec != null) {
      problems.add(
          securePort, "is given too, and cluster.ssl makes appPort the HTTPS port; keep one");
    }
  }

  private void takeNames(NodeSpec spec) {
    draft.isSpecForOthers = !spec.isLoopback();
    host.id = spec.name();
    draft.derive("id", spec.name(), SPEC);
    host.nodeProperties =
        Map.of(
            ClusterNode.PROPERTY_NUMBER, Integer.toString(spec.id()),
            ClusterNode.PROPERTY_SEED, Boolean.toString(spec.seed()));
    if (!given.containsKey("bindAddress")) {
      host.bindAddress = bindAddress(spec);
      draft.derive("bindAddress", host.bindAddress, SPEC);
    }
    if (!given.containsKey("publicUri")) {
      String scheme = host.port >= 0 ? "http" : "https";
      host.publicUri = scheme + "://" + spec.host() + ":" + spec.appPort();
      draft.derive("publicUri", host.publicUri, SPEC);
    }
  }

  /**
   * A name may stand for any of this machine's addresses, or for another machine's that forwards.
   */
  private static String bindAddress(NodeSpec spec) {
    String name = spec.host();
    boolean bracketed = name.startsWith("[");
    if (!spec.isLoopback()) {
      return bracketed ? "::" : "0.0.0.0";
    }
    if (bracketed) {
      return name.substring(1, name.length() - 1);
    }
    return name.equalsIgnoreCase("localhost") ? ServiceHost.LOOPBACK_ADDRESS : name;
  }
}
