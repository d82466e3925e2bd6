// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.none;
import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import io.cairn.cli.login.KeyExpiry;
import io.cairn.cli.login.WallClock;
import io.cairn.cli.output.TextTable;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code token}: API keys, with which programs prove who they are. */
final class TokenCommands {
  private static final String KEYS = "/core/authz/api-keys";
  private static final String REVOCATIONS = "/core/authz/revocations";
  private static final String NAME = "--name";
  private static final String USER = "--user";
  private static final String VERBS = "--verbs";
  private static final String LINKS = "--links";
  private static final String TENANT = "--tenant";
  private static final String EXPIRES = "--expires";
  private static final String USUAL_EXPIRY = "90d";
  private static final int NOT_FOUND = 404;
  private static final Set<String> KNOWN_VERBS =
      Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** A whole key: who has found one somewhere may have nothing else to name it by. */
  private static final Pattern WHOLE_KEY = Pattern.compile("cairn_([a-z0-9]{16})_.*");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

  private final Map<String, String> environment;
  private final StandardStreams streams;
  private final InstantSource clock;

  private TokenCommands(
      Map<String, String> environment, StandardStreams streams, InstantSource clock) {
    this.environment = environment;
    this.streams = streams;
    this.clock = clock;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    TokenCommands commands = new TokenCommands(environment, streams, WallClock.timeOfDay());
    CommandSpec token =
        ClientCommand.family(
            "token",
            "Make API keys for programs, list them, take them back.",
            "token takes create, list or revoke");
    token.addSubcommand("create", commands.create());
    token.addSubcommand("list", commands.list());
    token.addSubcommand("revoke", commands.revoke());
    root.addSubcommand("token", token);
  }

  // ---- create

  private CommandSpec create() {
    CommandSpec spec =
        ClientCommand.asking(
            "create",
            "",
            "",
            "Make an API key, and print it: it is shown this once. It may do what its user may, and of"
                + " that what --verbs, --links and --tenant leave, until it expires or is revoked. A"
                + " program sends it as \"Authorization: Bearer KEY\".",
            (self, words) -> {
              none("token create", words);
              ObjectNode key = wanted(self);
              return RequestCommand.of(self, environment, streams)
                  .run(
                      new RequestDocument("POST", KEYS, key),
                      answer -> shown(answer.requireJson()));
            });
    spec.addOption(text(NAME, "TEXT", "what it is for"));
    spec.addOption(text(USER, "EMAIL|LINK", "the user whose key it is (you)"));
    spec.addOption(text(VERBS, "VERB,VERB...", "what it may do, such as GET,PATCH (all)"));
    spec.addOption(text(LINKS, "LINK,LINK...", "links, each with all below it (all)"));
    spec.addOption(text(TENANT, "LINK,LINK...", "the tenants whose documents it sees (all)"));
    spec.addOption(
        text(
            EXPIRES,
            "TIME",
            "when it ends: 12h, 90d, 2031-01-31, 2031-01-31T12:00:00Z (" + USUAL_EXPIRY + ")"));
    return spec;
  }

  private ObjectNode wanted(CommandSpec self) {
    if (value(self, NAME).isBlank()) {
      throw CommandFailure.usage(
          "token create needs --name=TEXT, which says what the key is for, such as"
              + " --name='nightly report'");
    }
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    key.put("name", value(self, NAME));
    if (!value(self, USER).isEmpty()) {
      key.put("userLink", UserLinks.of(value(self, USER)));
    }
    list(key, "verbs", verbs(value(self, VERBS)));
    list(key, "linkPrefixes", links(LINKS, value(self, LINKS)));
    list(key, "tenantLinks", links(TENANT, value(self, TENANT)));
    String end = value(self, EXPIRES);
    try {
      Instant expiry = KeyExpiry.parse(end.isEmpty() ? USUAL_EXPIRY : end, clock.instant());
      key.put("documentExpirationTimeMicros", ChronoUnit.MICROS.between(Instant.EPOCH, expiry));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(EXPIRES + " " + e.getMessage());
    }
    return key;
  }

  private static void list(ObjectNode key, String field, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(key.putArray(field)::add);
    }
  }

  private static List<String> verbs(String text) {
    List<String> verbs = words(text.toUpperCase(Locale.ROOT));
    for (String verb : verbs) {
      if (!KNOWN_VERBS.contains(verb)) {
        throw CommandFailure.usage(
            "%s takes GET, POST, PUT, PATCH, DELETE and OPTIONS, with commas between, not '%s'"
                .formatted(VERBS, verb));
      }
    }
    return verbs;
  }

  private static List<String> links(String option, String text) {
    List<String> links = words(text);
    for (String link : links) {
      if (!link.startsWith("/")) {
        throw CommandFailure.usage(
            "%s takes links, which begin with /, with commas between, not '%s'"
                .formatted(option, link));
      }
    }
    return links;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(it -> !it.isEmpty()).toList();
  }

  /** The key alone to standard output, so that {@code KEY=$(cairn token create ...)} holds it. */
  private int shown(JsonNode made) {
    streams.out().println(made.path("key").asString(""));
    streams
        .err()
        .printf(
            "cairn: the key %s of %s is good until %s. It is shown this once%n",
            last(made.path("documentSelfLink")),
            last(made.path("userLink")),
            time(made.path("documentExpirationTimeMicros"), "revoked"));
    return ExitCode.OK;
  }

  // ---- list

  private CommandSpec list() {
    CommandSpec spec =
        ClientCommand.asking(
            "list",
            "",
            "",
            "List the API keys: whose they are, what they may do, when they were used (to the hour)"
                + " and when they end. The keys themselves nobody can show.",
            (self, words) -> {
              none("token list", words);
              String user = value(self, USER);
              return RequestCommand.of(self, environment, streams)
                  .run(
                      new RequestDocument("GET", KEYS + "?expand" + filter(user), null),
                      answer -> {
                        print(answer.requireJson().path("documents"));
                        return ExitCode.OK;
                      });
            });
    spec.addOption(text(USER, "EMAIL|LINK", "the keys of this user only"));
    return spec;
  }

  private static String filter(String user) {
    return user.isEmpty()
        ? ""
        : "&$filter="
            + AccountCommands.escaped(
                "userLink eq '%s'".formatted(UserLinks.of(user).replace("'", "''")));
  }

  private void print(JsonNode keys) {
    TextTable table =
        new TextTable("ID", "NAME", "USER", "VERBS", "LINKS", "TENANTS", "LAST USED", "EXPIRES");
    for (JsonNode key : keys) {
      table.row(
          last(key.path("documentSelfLink")),
          key.path("name").asString("-"),
          last(key.path("userLink")),
          joined(key.path("verbs")),
          joined(key.path("linkPrefixes")),
          joined(key.path("tenantLinks")),
          time(key.path("lastUsedTimeMicros"), "never"),
          time(key.path("documentExpirationTimeMicros"), "never"));
    }
    table.print(streams.out());
  }

  private static String time(JsonNode micros, String none) {
    long value = micros.asLong(0);
    return value <= 0 ? none : KeyExpiry.shown(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
  }

  private static String joined(JsonNode items) {
    List<String> all = new ArrayList<>();
    items.forEach(item -> all.add(item.asString("")));
    return all.isEmpty() ? "all" : String.join(",", all);
  }

  private static String last(JsonNode link) {
    return last(link.asString("-"));
  }

  private static String last(String link) {
    return link.substring(link.lastIndexOf('/') + 1);
  }

  // ---- revoke

  private CommandSpec revoke() {
    CommandSpec spec =
        ClientCommand.asking(
            "revoke",
            "ID...",
            "the keys, as token list names them",
            "Take API keys back: no host takes them any more. With --user, take back all that a user"
                + " has: sessions too. The user can log in again; user disable prevents that.",
            (self, words) -> {
              String user = value(self, USER);
              if (user.isEmpty() == words.isEmpty()) {
                throw CommandFailure.usage(
                    "token revoke takes ids of keys, which token list shows, or --user=EMAIL");
              }
              List<String> ids = words.stream().map(TokenCommands::id).toList();
              RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
              return user.isEmpty() ? revoke(command, ids) : revokeAll(command, user);
            });
    spec.addOption(text(USER, "EMAIL|LINK", "all sessions and keys of this user"));
    return spec;
  }

  private static String id(String word) {
    Matcher whole = WHOLE_KEY.matcher(word);
    String id = whole.matches() ? whole.group(1) : last(word);
    if (!ID.matcher(id).matches()) {
      throw CommandFailure.usage(
          "'%s' is no id of a key; cairn token list shows them".formatted(word));
    }
    return id;
  }

  /** Those that are not there are named, and do not keep the others. */
  private int revoke(RequestCommand command, List<String> ids) {
    int code = ExitCode.OK;
    for (String id : ids) {
      HostAnswer answer = command.exchange(new RequestDocument("DELETE", KEYS + "/" + id, null));
      if (answer.status() == NOT_FOUND) {
        streams
            .err()
            .printf("cairn: there is no API key %s; cairn token list shows which there are%n", id);
        code = ExitCode.REFUSED;
      } else {
        var _ = answer.requireSuccess();
        streams.out().println("revoked " + id);
      }
    }
    return code;
  }

  private int revokeAll(RequestCommand command, String user) {
    UserLinks.require(command, user);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("subjectLink", UserLinks.of(user));
    command.exchange(new RequestDocument("POST", REVOCATIONS, body)).requireSuccess();
    streams.out().printf("revoked all sessions and API keys of %s%n", user);
    return ExitCode.OK;
  }
}
