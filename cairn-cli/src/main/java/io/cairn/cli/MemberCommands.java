// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.node.JsonNodeFactory;

/** The commands {@code member} and {@code replace}: who is in a node group, and as what. */
final class MemberCommands {
  private static final String GROUP = "--group";
  private static final String DEAD = "--dead";
  private static final String BY = "--by";
  private static final String WAIT = "--wait";
  private static final int WAIT_SECONDS = 600;

  private final Map<String, String> environment;
  private final StandardStreams streams;

  private MemberCommands(Map<String, String> environment, StandardStreams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    MemberCommands commands = new MemberCommands(environment, streams);
    CommandSpec member =
        ClientCommand.family(
            "member", "Change or remove a member of a node group.", "member takes role or remove");
    member.addSubcommand("role", commands.role());
    member.addSubcommand("remove", commands.remove());
    root.addSubcommand("member", member);
    root.addSubcommand("replace", commands.replace());
  }

  private CommandSpec role() {
    return command(
        "role",
        "ID PEER|OBSERVER",
        "Have a member vote and own documents, or only hold copies. Done when the group has agreed;"
            + " the member is SYNCHRONIZING until its copies have followed.",
        (self, words) -> {
          String role = words.size() == 2 ? words.get(1).toUpperCase(Locale.ROOT) : "";
          if (!Set.of("PEER", "OBSERVER").contains(role)) {
            throw CommandFailure.usage("role takes a member's id, and PEER or OBSERVER");
          }
          var body = JsonNodeFactory.instance.objectNode();
          body.putArray("options").add(role);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("PATCH", path(self, words.getFirst()), body),
                  answer -> said(words.getFirst() + " is " + role));
        });
  }

  private CommandSpec remove() {
    return command(
        "remove",
        "ID",
        "Remove a dead member without waiting for the removal delay.",
        (self, words) -> {
          if (words.size() != 1) {
            throw CommandFailure.usage("remove takes a member's id");
          }
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("DELETE", path(self, words.getFirst()), null),
                  answer -> said(words.getFirst() + " is removed"));
        });
  }

  private CommandSpec replace() {
    CommandSpec spec =
        command(
            "replace",
            "",
            "Put a new host in a dead member's place: it joins in the dead one's role and is brought up"
                + " to date, then the dead one is removed. --host names a member that lives.",
            (self, words) -> {
              if (!words.isEmpty() || value(self, DEAD).isEmpty() || value(self, BY).isEmpty()) {
                throw CommandFailure.usage("replace takes --dead=ID and --by=URL");
              }
              return new Replacement(
                      RequestCommand.of(self, environment, streams),
                      streams,
                      new Replacement.Wish(
                          path(self, ""),
                          value(self, DEAD),
                          value(self, BY),
                          seconds(value(self, WAIT))))
                  .run();
            });
    spec.addOption(text(DEAD, "ID", "the dead member"));
    spec.addOption(text(BY, "URL", "the new host, started and in no larger group"));
    spec.addOption(text(WAIT, "SECONDS", "how long to wait for it to be up to date (600)"));
    return spec;
  }

  private CommandSpec command(
      String name, String label, String description, ClientCommand.Action action) {
    CommandSpec spec = ClientCommand.asking(name, label, "", description, action);
    spec.addOption(text(GROUP, "NAME", "the node group (default)"));
    return spec;
  }

  private static int seconds(String text) {
    if (text.isEmpty()) {
      return WAIT_SECONDS;
    }
    if (!text.matches("[0-9]{1,6}")) {
      throw CommandFailure.usage("--wait takes a number of seconds, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  private static String path(CommandSpec self, String member) {
    String group = value(self, GROUP);
    String path = "/core/node-groups/" + (group.isEmpty() ? "default" : group);
    return member.isEmpty() ? path : path + "/" + member;
  }

  private int said(String sentence) {
    streams.out().println(sentence);
    return ExitCode.OK;
  }
}
