// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.flag;
import static io.cairn.cli.ClientCommand.isSet;
import static io.cairn.cli.ClientCommand.none;
import static io.cairn.cli.ClientCommand.only;
import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import io.cairn.cli.login.SavedTokens;
import io.cairn.cli.output.TextTable;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The commands about who somebody is and what he may do: login, user, role, can-i and others. */
final class AccountCommands {
  private static final String AUTHN = "/core/authn/basic";
  private static final String CREDENTIALS = "/core/auth/credentials";
  private static final String ROLES = "/core/authz/roles";
  private static final String GRANTS = "/core/authz/grants";
  private static final String CAN_I = "/core/authz/can-i";
  private static final String TOKEN_HEADER = "x-xenon-auth-token";
  private static final String PASSWORD_FILE = "--password-file";
  private static final String TO = "--to";
  private static final String ON = "--on";
  private static final String KIND = "--kind";
  private static final String TENANT = "--tenant";
  private static final String GROUP = "--group";
  private static final String NO_PASSWORD = "--no-password";
  private static final String AS = "--as";
  private static final int NOT_FOUND = 404;
  private static final int LONGEST_PASSWORD_FILE = 64 << 10;

  private final Map<String, String> environment;
  private final StandardStreams streams;

  private AccountCommands(Map<String, String> environment, StandardStreams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    AccountCommands commands = new AccountCommands(environment, streams);
    root.addSubcommand("login", commands.login());
    root.addSubcommand("logout", commands.logout());
    root.addSubcommand("whoami", commands.whoami());
    CommandSpec user =
        ClientCommand.family(
            "user",
            "Add users, change what they log in with, list them.",
            "user takes add, passwd, disable, enable or list");
    user.addSubcommand("add", commands.addUser());
    user.addSubcommand("passwd", commands.changePassword());
    user.addSubcommand("disable", commands.setDisabled("disable", true));
    user.addSubcommand("enable", commands.setDisabled("enable", false));
    user.addSubcommand("list", commands.listUsers());
    root.addSubcommand("user", user);
    CommandSpec role =
        ClientCommand.family(
            "role",
            "Grant roles and take them back, list them.",
            "role takes grant, revoke or list");
    role.addSubcommand("grant", commands.grant("grant", "POST", "Let somebody do something"));
    role.addSubcommand("revoke", commands.grant("revoke", "DELETE", "Take such a grant back"));
    role.addSubcommand("list", commands.listRoles());
    root.addSubcommand("role", role);
    root.addSubcommand("can-i", commands.canI());
  }

  // ---- logins

  private CommandSpec login() {
    CommandSpec spec =
        ClientCommand.asking(
            "login",
            "EMAIL",
            "who logs in",
            "Log in at the host; what it gives is kept in a file of yours and sent with what you ask"
                + " that host afterwards. The password is asked for, or read from --password-file,"
                + " from $CAIRN_PASSWORD, or from standard input.",
            (self, words) -> {
              String user = only("login", "an e-mail address", words);
              RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
              String proof =
                  Base64.getEncoder()
                      .encodeToString(
                          (user + ":" + password(self, "Password of " + user))
                              .getBytes(StandardCharsets.UTF_8));
              HostAnswer answer =
                  command.exchange(
                      new RequestDocument("POST", AUTHN, request("LOGIN")),
                      new RestRequest.Header("authorization", "Basic " + proof));
              String token = answer.requireSuccess().headers().firstValue(TOKEN_HEADER).orElse("");
              if (token.isEmpty()) {
                throw CommandFailure.refused("the host gave no token");
              }
              keep(command, new SavedTokens.Login(user, token));
              return said("logged in as " + user);
            });
    spec.addOption(passwordFile());
    return spec;
  }

  private void keep(RequestCommand command, SavedTokens.Login login) {
    try {
      SavedTokens.of(environment).save(command.host(), login);
    } catch (IOException e) {
      throw CommandFailure.refused("the login cannot be kept: " + e.getMessage());
    }
  }

  private CommandSpec logout() {
    return ClientCommand.asking(
        "logout",
        "",
        "",
        "Log out at the host, and forget what it gave.",
        (self, words) -> {
          none("logout", words);
          RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
          HostAnswer answer;
          try {
            answer = command.exchange(new RequestDocument("POST", AUTHN, request("LOGOUT")));
          } finally {
            forget(command);
          }
          // A host that does not know the token any more has nothing to end.
          if (answer.status() != 401) {
            answer.requireSuccess();
          }
          return said("logged out");
        });
  }

  private void forget(RequestCommand command) {
    try {
      SavedTokens.of(environment).forget(command.host());
    } catch (IOException e) {
      throw CommandFailure.refused("the login cannot be forgotten: " + e.getMessage());
    }
  }

  private static ObjectNode request(String type) {
    return JsonNodeFactory.instance.objectNode().put("requestType", type);
  }

  private CommandSpec whoami() {
    return ClientCommand.asking(
        "whoami",
        "",
        "",
        "Tell as whom the host takes what you ask it.",
        (self, words) -> {
          none("whoami", words);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("GET", CAN_I, null),
                  answer -> said(answer.requireJson().path("subject").asString("nobody")));
        });
  }

  // ---- users

  private CommandSpec addUser() {
    CommandSpec spec =
        ClientCommand.asking(
            "add",
            "EMAIL",
            "the user",
            "Add a user. Until a role is granted it may do nothing.",
            (self, words) -> {
              String email = only("user add", "an e-mail address", words);
              RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
              String password =
                  isSet(self, NO_PASSWORD) ? null : password(self, "Password of " + email);
              ObjectNode user = JsonNodeFactory.instance.objectNode();
              user.put("documentSelfLink", email).put("email", email);
              if (!value(self, TENANT).isEmpty()) {
                user.put("tenantLink", value(self, TENANT));
              }
              if (!value(self, GROUP).isEmpty()) {
                user.putArray("userGroupLinks").add(value(self, GROUP));
              }
              HostAnswer made =
                  command.exchange(
                      new RequestDocument("POST", UserLinks.FACTORY, user),
                      new RestRequest.Header("if-none-match", "*"));
              if (made.status() == 412) {
                throw CommandFailure.refused("there is a user " + email + " already");
              }
              made.requireSuccess();
              if (password != null) {
                setPassword(command, email, password);
              }
              return said("added " + email);
            });
    spec.addOption(passwordFile());
    spec.addOption(flag(NO_PASSWORD, "a user that cannot log in with a password"));
    spec.addOption(text(TENANT, "LINK", "the only tenant whose documents it sees"));
    spec.addOption(text(GROUP, "LINK", "a group of users that it is in"));
    return spec;
  }

  private CommandSpec changePassword() {
    CommandSpec spec =
        ClientCommand.asking(
            "passwd",
            "EMAIL",
            "the user",
            "Give a user another password.",
            (self, words) -> {
              String email = only("user passwd", "an e-mail address", words);
              RequestCommand command = RequestCommand.of(self, environment, streams).forMany();
              UserLinks.require(command, email);
              setPassword(command, email, password(self, "New password of " + email));
              return said(email + " has a new password");
            });
    spec.addOption(passwordFile());
    return spec;
  }

  private static void setPassword(RequestCommand command, String email, String password) {
    ObjectNode credentials = JsonNodeFactory.instance.objectNode();
    credentials.put("documentSelfLink", email).put("userEmail", email);
    credentials.put("userLink", UserLinks.of(email)).put("privateKey", password);
    command.exchange(new RequestDocument("POST", CREDENTIALS, credentials)).requireSuccess();
  }

  private CommandSpec setDisabled(String name, boolean disabled) {
    return ClientCommand.asking(
        name,
        "EMAIL",
        "the user",
        disabled ? "Let a user do nothing any more." : "Let a disabled user in again.",
        (self, words) -> {
          String email = only("user " + name, "an e-mail address", words);
          ObjectNode body = JsonNodeFactory.instance.objectNode().put("isDisabled", disabled);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("PATCH", UserLinks.of(email), body),
                  answer -> answer.isSuccess() || answer.status() == NOT_FOUND,
                  answer -> said(name + "d " + UserLinks.found(answer, email)));
        });
  }

  private CommandSpec listUsers() {
    return ClientCommand.asking(
        "list",
        "",
        "",
        "List the users.",
        (self, words) -> {
          none("user list", words);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("GET", UserLinks.FACTORY + "?expand", null),
                  answer -> {
                    TextTable table = new TextTable("EMAIL", "STATE", "TENANT", "GROUPS", "LINK");
                    for (JsonNode user : answer.requireJson().path("documents")) {
                      table.row(
                          user.path("email").asString("-"),
                          user.path("isDisabled").asBoolean(false) ? "disabled" : "enabled",
                          user.path("tenantLink").asString("-"),
                          joined(user.path("userGroupLinks")),
                          user.path("documentSelfLink").asString(""));
                    }
                    table.print(streams.out());
                    return ExitCode.OK;
                  });
        });
  }

  // ---- roles

  private CommandSpec grant(String name, String method, String what) {
    CommandSpec spec =
        ClientCommand.asking(
            name,
            "viewer|editor|admin",
            "what it may do",
            what
                + ": read, also change, or everything. Without --on, --kind and --tenant it is about"
                + " all documents; an admin also about accounts and the hosts.",
            (self, words) -> {
              String role = only("role " + name, "viewer, editor or admin", words);
              if (!Set.of("viewer", "editor", "admin").contains(role.toLowerCase(Locale.ROOT))) {
                throw CommandFailure.usage(
                    "a role is viewer, editor or admin, not '%s'".formatted(role));
              }
              if (value(self, TO).isEmpty()) {
                throw CommandFailure.usage("role %s needs --to=EMAIL".formatted(name));
              }
              ObjectNode body = JsonNodeFactory.instance.objectNode();
              body.put("role", role).put("to", value(self, TO));
              put(body, "on", value(self, ON));
              put(body, "ofKind", value(self, KIND));
              put(body, "ofTenant", value(self, TENANT));
              return RequestCommand.of(self, environment, streams)
                  .run(
                      new RequestDocument(method, GRANTS, body),
                      answer ->
                          said(
                              "%s %s"
                                  .formatted(
                                      method.equals("POST") ? "granted" : "revoked",
                                      answer
                                          .json()
                                          .map(it -> it.path("documentSelfLink").asString(role))
                                          .orElse(role))));
            });
    spec.addOption(text(TO, "EMAIL|LINK", "a user, or a group of users"));
    spec.addOption(text(ON, "LINK", "at a link and all below it"));
    spec.addOption(text(KIND, "KIND", "at the documents of a kind"));
    spec.addOption(text(TENANT, "LINK", "at the documents of a tenant"));
    return spec;
  }

  private static void put(ObjectNode body, String name, String value) {
    if (!value.isEmpty()) {
      body.put(name, value);
    }
  }

  private CommandSpec listRoles() {
    return ClientCommand.asking(
        "list",
        "",
        "",
        "List the roles: which group of users may do what, at which group of resources.",
        (self, words) -> {
          none("role list", words);
          return RequestCommand.of(self, environment, streams)
              .run(
                  new RequestDocument("GET", ROLES + "?expand", null),
                  answer -> {
                    TextTable table = new TextTable("ROLE", "USERS", "VERBS", "RESOURCES");
                    for (JsonNode role : answer.requireJson().path("documents")) {
                      boolean denies = role.path("policy").asString("").equals("DENY");
                      table.row(
                          last(role.path("documentSelfLink")),
                          last(role.path("userGroupLink")),
                          (denies ? "not " : "") + joined(role.path("verbs")),
                          last(role.path("resourceGroupLink")));
                    }
                    table.print(streams.out());
                    return ExitCode.OK;
                  });
        });
  }

  private CommandSpec canI() {
    CommandSpec spec =
        ClientCommand.asking(
            "can-i",
            "VERB LINK",
            "such as PATCH /core/examples/one",
            "Tell whether you, or another user, may do something, and why: exit code 0 for yes, 1 for"
                + " no.",
            (self, words) -> {
              if (words.size() != 2) {
                throw CommandFailure.usage("can-i takes a verb and a link");
              }
              StringBuilder path = new StringBuilder(CAN_I);
              path.append("?verb=").append(escaped(words.get(0)));
              path.append("&link=").append(escaped(words.get(1)));
              if (!value(self, AS).isEmpty()) {
                path.append("&as=").append(escaped(value(self, AS)));
              }
              return RequestCommand.of(self, environment, streams)
                  .run(
                      new RequestDocument("GET", path.toString(), null),
                      answer -> {
                        JsonNode decision = answer.requireJson();
                        boolean allowed = decision.path("allowed").asBoolean(false);
                        streams.out().println(allowed ? "yes" : "no");
                        streams.out().println(decision.path("reason").asString(""));
                        return allowed ? ExitCode.OK : ExitCode.REFUSED;
                      });
            });
    spec.addOption(text(AS, "EMAIL|LINK", "another user than the one that you are logged in as"));
    return spec;
  }

  // ---- words and passwords

  private static OptionSpec passwordFile() {
    return text(PASSWORD_FILE, "FILE", "a file that holds the password, - for standard input");
  }

  /** The password, from wherever it is given; never from an argument, which others can see. */
  private String password(CommandSpec self, String prompt) {
    String file = value(self, PASSWORD_FILE);
    String given = environment.getOrDefault("CAIRN_PASSWORD", "");
    String password;
    try {
      if (!file.isEmpty() && !file.equals("-")) {
        password = firstLine(Path.of(file));
      } else if (file.isEmpty() && !given.isEmpty()) {
        password = given;
      } else {
        password = streams.inIsTerminal() && file.isEmpty() ? asked(prompt) : firstLine();
      }
    } catch (IOException | InvalidPathException e) {
      throw CommandFailure.usage("the password cannot be read: " + e.getMessage());
    }
    if (password == null || password.isEmpty()) {
      throw CommandFailure.usage(
          "a password is needed: at the terminal, in --password-file, in $CAIRN_PASSWORD, or on"
              + " standard input");
    }
    return password;
  }

  private static String firstLine(Path file) throws IOException {
    if (Files.size(file) > LONGEST_PASSWORD_FILE) {
      throw new IOException(file + " is too large to hold a password");
    }
    return Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  private @Nullable String firstLine() throws IOException {
    return new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8))
        .readLine();
  }

  @SuppressWarnings("SystemConsoleNull") // it is null where the plain console is configured
  private static @Nullable String asked(String prompt) {
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("%s: ", prompt);
    return typed == null ? null : new String(typed);
  }

  static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String joined(JsonNode items) {
    List<String> all = new ArrayList<>();
    items.forEach(item -> all.add(last(item)));
    return all.isEmpty() ? "-" : String.join(",", all);
  }

  private static String last(JsonNode link) {
    String text = link.asString("");
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private int said(String sentence) {
    streams.out().println(sentence);
    return ExitCode.OK;
  }
}
