// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.nodes;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.service.ServiceHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one of several hosts on this machine is told.
 *
 * @param label its port, by which its lines in the log are known
 * @param arguments of {@code cairn start}
 * @param environment what is added to the environment: secrets, which arguments would show
 */
public record NodePlan(String label, List<String> arguments, Map<String, String> environment) {

  /** What each host gets a value of its own for. */
  private static final Set<String> OWN =
      Set.of(
          "nodes",
          "port",
          "securePort",
          "peerPort",
          "accessLog",
          "id",
          "peerNodes",
          "cluster.seeds",
          "stopWithInput");

  /**
   * The hosts that a configuration asks for, on consecutive ports, each the others' peer. A host
   * without data gets a readable name; one that has data has a name.
   *
   * @param arguments of the command line that the configuration was read from
   * @param configuration that of the first host
   * @param application has secrets of its own
   */
  public static List<NodePlan> of(
      List<String> arguments, HostConfiguration configuration, ApplicationSettings application) {
    ServiceHost.Arguments first = configuration.host();
    List<String> shared = new ArrayList<>();
    Map<String, String> secrets = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = argument.substring(2, equals < 0 ? argument.length() : equals);
      Optional<String> variable = application.variableOfSecret(name);
      if (variable.isPresent() && equals >= 0) {
        secrets.put(variable.get(), argument.substring(equals + 1));
      } else if (!OWN.contains(name)) {
        shared.add(argument);
      }
    }
    String peers = "--peerNodes=" + String.join(",", peers(first, configuration.nodes()));
    List<NodePlan> plans = new ArrayList<>();
    for (int i = 0; i < configuration.nodes(); i++) {
      List<String> own = new ArrayList<>(shared);
      own.add("--nodes=1");
      own.add("--stopWithInput=true");
      own.add("--port=" + shifted(first.port, i));
      own.add("--securePort=" + shifted(first.securePort, i));
      own.add("--peerPort=" + shifted(first.peerPort, i));
      own.add(peers);
      if (configuration.accessFile() != null) {
        own.add("--accessLog=" + configuration.accessFile().file() + "." + (mainPort(first) + i));
      }
      addId(own, first, mainPort(first) + i);
      plans.add(new NodePlan(Integer.toString(mainPort(first) + i), own, Map.copyOf(secrets)));
    }
    return List.copyOf(plans);
  }

  private static void addId(List<String> arguments, ServiceHost.Arguments first, int port) {
    if (first.id != null) {
      arguments.add("--id=" + first.id + "-" + port);
    } else if (!hasData(first, port)) {
      arguments.add("--id=node-" + port);
    }
  }

  private static boolean hasData(ServiceHost.Arguments first, int port) {
    Path common =
        first.sandbox == null ? Path.of(System.getProperty("user.home"), ".cairn") : first.sandbox;
    return Files.exists(common.resolve(Integer.toString(port)));
  }

  private static Set<String> peers(ServiceHost.Arguments first, int nodes) {
    String scheme = first.port >= 0 ? "http" : "https";
    String address = first.bindAddress;
    if (address.equals("0.0.0.0") || address.equals("::")) {
      address = ServiceHost.LOOPBACK_ADDRESS;
    }
    String host = address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
    Set<String> peers = new LinkedHashSet<>();
    for (int i = 0; i < nodes; i++) {
      peers.add(scheme + "://" + host + ":" + (mainPort(first) + i));
    }
    peers.addAll(List.of(first.peerNodes));
    return peers;
  }

  private static int mainPort(ServiceHost.Arguments first) {
    return first.port > 0 ? first.port : first.securePort;
  }

  private static int shifted(int port, int by) {
    return port < 0 ? port : port + by;
  }
}
