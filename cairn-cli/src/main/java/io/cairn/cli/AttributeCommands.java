// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import io.cairn.cli.output.TextTable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code attributes}: what all nodes of a cluster share. */
final class AttributeCommands {
  private static final String ATTRIBUTES = "/core/attributes";
  private static final String TYPE = "--type";
  private static final String CONFIRM = "--confirm";
  private static final int ACCEPTED = 202;

  private final Map<String, String> environment;
  private final StandardStreams streams;

  private AttributeCommands(Map<String, String> environment, StandardStreams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    AttributeCommands commands = new AttributeCommands(environment, streams);
    CommandSpec attributes =
        ClientCommand.family(
            "attributes",
            "Read and change the attributes that all nodes share.",
            "attributes takes list, get, put, remove or watch");
    attributes.addSubcommand("list", commands.list());
    attributes.addSubcommand("get", commands.get());
    attributes.addSubcommand("put", commands.put());
    attributes.addSubcommand("remove", commands.remove());
    attributes.addSubcommand("watch", commands.watch());
    root.addSubcommand("attributes", attributes);
  }

  private CommandSpec list() {
    return command(
        "list",
        "",
        "Print all attributes of all sets.",
        (self, words) -> {
          require(words, 0, 0, "list takes nothing");
          return RequestCommand.of(self, environment, streams)
              .run(of("GET", words, false), this::printAll);
        });
  }

  private CommandSpec get() {
    return command(
        "get",
        "SET [NAME]",
        "Print the attributes of a set, or the value of one.",
        (self, words) -> {
          require(words, 1, 2, "get takes a set and perhaps a name");
          return RequestCommand.of(self, environment, streams)
              .run(of("GET", words, false), words.size() == 1 ? this::printSet : this::printValue);
        });
  }

  private CommandSpec put() {
    CommandSpec spec =
        command(
            "put",
            "SET NAME VALUE",
            "Add an attribute, or give it another value of the same type.",
            (self, words) -> {
              require(words, 3, 3, "put takes a set, a name and a value");
              RequestDocument put = of("PUT", words.subList(0, 2), confirms(self));
              JsonNode body = body(words.get(2), type(self).orElse(null));
              return RequestCommand.of(self, environment, streams)
                  .run(new RequestDocument(put.action(), put.path(), body), this::printChange);
            });
    spec.addOption(
        OptionSpec.builder(TYPE)
            .type(String.class)
            .arity("1")
            .paramLabel("TYPE")
            .description(
                "Byte, Short, Integer, Long, Character, Float, Double, Boolean or String; without"
                    + " it, that which the attribute has, or which the value looks like")
            .build());
    spec.addOption(confirmOption());
    return spec;
  }

  private CommandSpec remove() {
    CommandSpec spec =
        command(
            "remove",
            "SET [NAME]",
            "Remove an attribute, or a set with all that is in it.",
            (self, words) -> {
              require(words, 1, 2, "remove takes a set and perhaps a name");
              return RequestCommand.of(self, environment, streams)
                  .run(of("DELETE", words, confirms(self)), this::printChange);
            });
    spec.addOption(confirmOption());
    return spec;
  }

  private CommandSpec watch() {
    return command(
        "watch",
        "[SET [NAME]]",
        "Print the present state, then every change as it comes, until the host ends it.",
        (self, words) -> {
          require(words, 0, 2, "watch takes a set and a name, or less");
          return RequestCommand.of(self, environment, streams)
              .watch(of("GET", words, false).path());
        });
  }

  private static CommandSpec command(
      String name, String label, String description, ClientCommand.Action action) {
    return ClientCommand.asking(name, label, "", description, action);
  }

  private static OptionSpec confirmOption() {
    return OptionSpec.builder(CONFIRM)
        .type(boolean.class)
        .arity("0")
        .description("wait until all live nodes have it; exit code 1 if some do not say so")
        .build();
  }

  private static void require(List<String> words, int least, int most, String usage) {
    if (words.size() < least || words.size() > most) {
      throw CommandFailure.usage(usage);
    }
    if (words.stream().limit(2).anyMatch(String::isEmpty)) {
      throw CommandFailure.usage("names must not be empty");
    }
  }

  private static RequestDocument of(String method, List<String> names, boolean confirm) {
    StringBuilder path = new StringBuilder(ATTRIBUTES);
    names.forEach(name -> path.append('/').append(encode(name)));
    return new RequestDocument(method, path + (confirm ? "?confirm=true" : ""), null);
  }

  /** Dots are encoded, too: a name of nothing else would be taken for a way up. */
  private static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
  }

  private static boolean confirms(CommandSpec self) {
    return self.commandLine().getParseResult().hasMatchedOption(CONFIRM);
  }

  private static Optional<String> type(CommandSpec self) {
    ParseResult parsed = self.commandLine().getParseResult();
    return Optional.ofNullable(parsed.matchedOptionValue(TYPE, null));
  }

  /** With a type, the host reads the text; without, numbers, true and false are what they are. */
  private static JsonNode body(String value, @Nullable String type) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (type != null) {
      body.put("type", type);
      return body.put("value", value);
    }
    try {
      JsonNode json = Formats.json().readTree(value);
      if (json.isNumber() || json.isBoolean()) {
        return body.set("value", json);
      }
    } catch (JacksonException text) {
      // It is text, then.
    }
    return body.put("value", value);
  }

  private int printAll(HostAnswer answer) {
    TextTable table = new TextTable("SET", "NAME", "TYPE", "VALUE");
    answer
        .requireJson()
        .path("sets")
        .forEach(
            set ->
                set.path("attributes")
                    .forEach(
                        attribute ->
                            table.row(
                                text(attribute, "set"),
                                text(attribute, "name"),
                                text(attribute, "type"),
                                text(attribute, "value"))));
    table.print(streams.out());
    return ExitCode.OK;
  }

  private int printSet(HostAnswer answer) {
    TextTable table = new TextTable("NAME", "TYPE", "VALUE");
    answer
        .requireJson()
        .path("attributes")
        .forEach(
            attribute ->
                table.row(
                    text(attribute, "name"), text(attribute, "type"), text(attribute, "value")));
    table.print(streams.out());
    return ExitCode.OK;
  }

  private int printValue(HostAnswer answer) {
    streams.out().println(text(answer.requireJson(), "value"));
    return ExitCode.OK;
  }

  private int printChange(HostAnswer answer) {
    if (answer.status() == ACCEPTED) {
      streams.err().println("cairn: not confirmed in time; it goes on spreading");
      return ExitCode.REFUSED;
    }
    JsonNode change = answer.requireJson();
    if (!change.has("confirmed")) {
      return ExitCode.OK;
    }
    List<String> missing = new ArrayList<>();
    change.path("unconfirmed").forEach(node -> missing.add(node.asString("")));
    change.path("confirmed").forEach(node -> streams.out().println(node.asString("")));
    if (missing.isEmpty()) {
      return ExitCode.OK;
    }
    streams.err().println("cairn: not confirmed by " + String.join(", ", missing));
    return ExitCode.REFUSED;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : value.isMissingNode() ? "" : value.toString();
  }
}
