// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import io.cairn.cli.audit.AuditQuery;
import io.cairn.cli.output.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** The commands {@code cluster}, {@code health} and {@code audit}: how it is, and who did what. */
final class ClusterCommands {
  private static final String CLUSTER = "/core/cluster";
  private static final String EVENTS = "/core/cluster/events";
  private static final String READY = "/core/health/ready";

  private static final String USER = "--user";
  private static final String LINK = "--link";
  private static final String ACTION = "--action";
  private static final String SINCE = "--since";
  private static final String LAST = "--last";
  private static final int USUAL = 50;
  private static final int MOST = 10_000;

  private ClusterCommands() {}

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    root.addSubcommand("cluster", clusterSpec(environment, streams));
    root.addSubcommand("health", healthSpec(environment, streams));
    root.addSubcommand("audit", auditSpec(environment, streams));
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

  private static CommandSpec auditSpec(Map<String, String> environment, StandardStreams streams) {
    CommandSpec spec =
        ClientCommand.asking(
            "audit",
            "",
            "",
            "Show who did what, the newest first; -o json prints all that is known.",
            (self, words) -> {
              requireNone("audit", words);
              return RequestCommand.of(self, environment, streams)
                  .run(
                      new RequestDocument("GET", wanted(self).path(last(self)), null),
                      answer -> records(answer, streams));
            });
    spec.addOption(text(USER, "EMAIL|LINK", "what one user did, and logins by its name"));
    spec.addOption(
        text(LINK, "LINK", "what was done to a link; /core/tenants/* for all that begin so"));
    spec.addOption(text(ACTION, "NAME", "such as login, role, api-key, membership or backup"));
    spec.addOption(text(SINCE, "TIME", "2026-11-30T08:00:00Z, or microseconds since 1970"));
    spec.addOption(text(LAST, "COUNT", "how many (50)"));
    return spec;
  }

  private static AuditQuery wanted(CommandSpec self) {
    AuditQuery query = new AuditQuery();
    if (!value(self, USER).isEmpty()) {
      query.user(value(self, USER));
    }
    if (!value(self, LINK).isEmpty()) {
      query.link(value(self, LINK));
    }
    if (!value(self, ACTION).isEmpty()) {
      query.action(value(self, ACTION));
    }
    if (!value(self, SINCE).isEmpty()) {
      query.since(BackupCommands.micros(SINCE, value(self, SINCE)));
    }
    return query;
  }

  private static int last(CommandSpec self) {
    String text = value(self, LAST);
    if (text.isEmpty()) {
      return USUAL;
    }
    if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > MOST) {
      throw CommandFailure.usage(
          "--last takes a number of 1 to %d, not '%s'".formatted(MOST, text));
    }
    return Integer.parseInt(text);
  }

  private static int records(HostAnswer answer, StandardStreams streams) {
    JsonNode found = answer.requireJson();
    TextTable table = new TextTable(AuditQuery.heads());
    for (JsonNode link : found.path("documentLinks")) { // they are in order
      table.row(AuditQuery.row(found.path("documents").path(link.asString(""))));
    }
    table.print(streams.out());
    return ExitCode.OK;
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
