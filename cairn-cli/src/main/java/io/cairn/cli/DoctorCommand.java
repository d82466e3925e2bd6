// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Diagnosis;
import io.cairn.cli.output.Diagnosis.Verdict;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/**
 * The command {@code doctor}: asks every node of a group what is the matter with it, over the one
 * host that it is given, and adds what only somebody outside sees.
 */
final class DoctorCommand {
  private static final String CLUSTER = "/core/cluster";
  private static final String CHECKUP = "/core/cluster/checkup";
  private static final String LIVE = "/core/health/live";
  private static final String AT_NODE =
      "/core/node-selectors/default/forwarding?target=PEER_ID&path=" + CHECKUP + "&peer=";

  /** A node that needs longer for what it has in memory is in trouble. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RequestCommand command;
  private final Diagnosis diagnosis = new Diagnosis();
  private final Map<String, TreeSet<String>> versions = new TreeMap<>();

  private DoctorCommand(RequestCommand command) {
    this.command = command;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    root.addSubcommand(
        "doctor",
        ClientCommand.asking(
            "doctor",
            "",
            "",
            "Look for what is wrong with the group that the host is in: at each of its nodes, and"
                + " from here. Says what to do about each thing. Exit code 1 if something failed,"
                + " 0 if not, although there may be warnings.",
            (self, words) -> {
              if (!words.isEmpty()) {
                throw CommandFailure.usage("doctor takes no '%s'".formatted(words.getFirst()));
              }
              boolean colours = CairnCommand.wantsColours(environment, streams);
              return new DoctorCommand(RequestCommand.of(self, environment, streams))
                  .run(streams, new Diagnosis.Colours(colours));
            }));
  }

  private int run(StandardStreams streams, Diagnosis.Colours colours) {
    JsonNode cluster = ask(CLUSTER).requireJson();
    String self = cluster.path("self").asString("");
    diagnosis.looked("nodes", "every node of the group answers");
    diagnosis.looked("addresses", "the nodes' addresses can be reached from here");
    diagnosis.looked("versions", "all nodes run the same version of Cairn");
    List<String> ids = new ArrayList<>();
    for (JsonNode member : cluster.path("members")) {
      String id = member.path("id").asString("");
      ids.add(id);
      look(id, id.equals(self), member);
    }
    compareVersions();
    if (!command.printAsAsked(diagnosis.json())) {
      streams
          .out()
          .printf(
              "%d %s: %s%n%n%s",
              ids.size(),
              ids.size() == 1 ? "node" : "nodes",
              String.join(", ", ids),
              diagnosis.text(colours));
    }
    return diagnosis.verdict() == Verdict.FAILED ? ExitCode.REFUSED : ExitCode.OK;
  }

  private void look(String id, boolean isAsked, JsonNode member) {
    if (member.path("status").asString("").equals("GONE")) {
      gone(id, "it is not there");
      return;
    }
    try {
      HostAnswer answer = ask(isAsked ? CHECKUP : AT_NODE + encoded(id));
      JsonNode checkup = answer.requireJson();
      diagnosis.add(id, checkup);
      versions
          .computeIfAbsent(checkup.path("version").asString(""), any -> new TreeSet<>())
          .add(id);
    } catch (CommandFailure failure) {
      if (isAsked) {
        throw failure;
      }
      gone(id, failure.reason());
    }
    if (!isAsked) {
      reach(id, member.path("uri").asString(""));
    }
  }

  private void gone(String id, String why) {
    diagnosis.found(
        "nodes",
        Verdict.FAILED,
        "Node %s does not answer: %s".formatted(id, why),
        "Start it again. If it is gone for good: cairn replace --dead=%s --by=URL, or cairn member remove %s"
            .formatted(id, id));
  }

  private HostAnswer ask(String path) {
    HostAnswer answer = command.exchange(new RequestDocument("GET", path, null), PATIENCE);
    if (!answer.isSuccess()) {
      throw CommandFailure.refused(answer.reason());
    }
    return answer;
  }

  /** Whether clients reach a node where it says that they do. */
  private void reach(String id, String uri) {
    if (uri.isEmpty()) {
      return;
    }
    try {
      HostAnswer answer = command.look(RequestTarget.of(uri, LIVE, List.of()), PATIENCE);
      if (!answer.isSuccess()) {
        throw CommandFailure.refused(answer.reason());
      }
    } catch (CommandFailure failure) {
      diagnosis.found(
          "addresses",
          Verdict.WARNING,
          "Node %s says that clients reach it at %s, and from here they do not: %s"
              .formatted(id, uri, failure.reason()),
          "If clients are to reach it there, correct its publicUri or bindAddress, or what is between;"
              + " if they go through other hosts or a proxy, nothing");
    }
  }

  private void compareVersions() {
    if (versions.size() > 1) {
      List<String> all = new ArrayList<>();
      versions.forEach(
          (version, nodes) ->
              all.add(
                  "%s on %s"
                      .formatted(
                          version.isEmpty() ? "an unknown one" : version,
                          String.join(", ", nodes))));
      diagnosis.found(
          "versions",
          Verdict.WARNING,
          "The nodes run several versions of Cairn: " + String.join("; ", all),
          "Bring all of them to the same version: docs/operations.md, Another version of Cairn");
    }
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }
}
