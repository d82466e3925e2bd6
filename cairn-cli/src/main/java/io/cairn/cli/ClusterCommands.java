// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** The commands {@code cluster} and {@code health}. */
final class ClusterCommands {
  private static final String CLUSTER = "/core/cluster";
  private static final String EVENTS = "/core/cluster/events";
  private static final String READY = "/core/health/ready";

  private ClusterCommands() {}

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    root.addSubcommand("cluster", clusterSpec(environment, streams));
    root.addSubcommand("health", healthSpec(environment, streams));
  }

  private static CommandSpec clusterSpec(Map<String, String> environment, StandardStreams streams) {
    return ClientCommand.asking(
        "cluster",
        "[watch]",
        "watch: print what happens, until the host ends it",
        "Show the nodes of the cluster and how it is; -o json prints all there is.",
        (self, words) -> {
          RequestCommand command = RequestCommand.of(self, environment, streams);
          if (words.equals(List.of("watch"))) {
            return command.watch(EVENTS);
          }
          requireNone("cluster", words);
          return command.run(
              new RequestDocument("GET", CLUSTER, null), answer -> table(answer, streams));
        });
  }

  private static CommandSpec healthSpec(Map<String, String> environment, StandardStreams streams) {
    return ClientCommand.asking(
        "health",
        "",
        "",
        "Tell whether the host can work: exit code 0 if it can, 1 if not, with why.",
        (self, words) -> {
          requireNone("health", words);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("GET", READY, null),
                  ClusterCommands::saysHealth,
                  answer -> health(answer, streams));
        });
  }

  private static void requireNone(String command, List<String> words) {
    if (!words.isEmpty()) {
      throw CommandFailure.usage("%s takes no '%s'".formatted(command, words.getFirst()));
    }
  }

  private static int table(HostAnswer answer, StandardStreams streams) {
    JsonNode cluster = answer.requireJson();
    TextTable table = new TextTable("NODE", "STATUS", "ROLES", "URI", "LAUNCH", "LAST SEEN");
    String self = cluster.path("self").asString("");
    for (JsonNode member : cluster.path("members")) {
      String id = member.path("id").asString("");
      List<String> roles = new ArrayList<>();
      member.path("roles").forEach(role -> roles.add(role.asString("")));
      table.row(
          id.equals(self) ? id + " *" : id,
          member.path("status").asString(""),
          String.join(",", roles),
          member.path("uri").asString(member.path("address").asString("")),
          member.path("launchId").asString("-"),
          member.path("lastSeen").asString("-"));
    }
    table.print(streams.out());
    JsonNode quorum = cluster.path("quorum");
    streams
        .out()
        .printf(
            "%n%s; %d of at least %d nodes are live%n",
            state(cluster), quorum.path("live").asInt(0), quorum.path("required").asInt(0));
    why(cluster, streams);
    return ExitCode.OK;
  }

  private static String state(JsonNode cluster) {
    if (cluster.path("ready").asBoolean(false)) {
      return "ready";
    }
    return cluster.path("healthy").asBoolean(false) ? "healthy, not ready" : "not healthy";
  }

  /** A host that is not ready answers with an error status, and the reasons. */
  private static boolean saysHealth(HostAnswer answer) {
    return answer.json().map(json -> json.has("ready") && json.has("why")).orElse(false);
  }

  private static int health(HostAnswer answer, StandardStreams streams) {
    JsonNode health = answer.requireJson();
    streams.out().println(state(health));
    why(health, streams);
    return health.path("ready").asBoolean(false) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static void why(JsonNode state, StandardStreams streams) {
    state.path("why").forEach(reason -> streams.out().println("- " + reason.asString("")));
  }
}
