// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.ClientCommand.flag;
import static io.cairn.cli.ClientCommand.isSet;
import static io.cairn.cli.ClientCommand.text;
import static io.cairn.cli.ClientCommand.value;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The commands {@code backup} and {@code restore}: they ask a host, and follow what it does. */
final class BackupCommands {
  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";
  private static final String FULL = "--full";
  private static final String AS_OF = "--as-of";
  private static final String BESIDE = "--beside";
  private static final String WIPE = "--wipe";
  private static final String BEARER = "--bearer";
  private static final String GROUP = "--group";

  private final Map<String, String> environment;
  private final StandardStreams streams;

  private BackupCommands(Map<String, String> environment, StandardStreams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  static void addTo(CommandSpec root, Map<String, String> environment, StandardStreams streams) {
    BackupCommands commands = new BackupCommands(environment, streams);
    root.addSubcommand("backup", commands.backup());
    root.addSubcommand("restore", commands.restore());
  }

  private CommandSpec backup() {
    CommandSpec spec =
        ClientCommand.asking(
            "backup",
            "PLACE",
            "a directory of backups, a file that ends in .zip, or a URL; on the host's machine",
            "Back up everything that the host's group holds, while it serves. In a directory, what an"
                + " earlier backup has is not copied again.",
            (self, words) -> {
              String place = onlyPlace("backup", words);
              ObjectNode body = request("BackupRequest", place);
              body.put("backupType", type(place));
              if (isSet(self, FULL)) {
                body.put("isFull", true);
              }
              return follow(self, body);
            });
    spec.addOption(flag(FULL, "copy also what an earlier backup in the directory has"));
    spec.addOption(text(BEARER, "TOKEN", "a token that the URL's host wants to see"));
    spec.addOption(text(GROUP, "NAME", "the node group (default)"));
    return spec;
  }

  private CommandSpec restore() {
    CommandSpec spec =
        ClientCommand.asking(
            "restore",
            "[PLACE]",
            "a backup, a directory of backups (the last one is meant), a .zip file, or a URL",
            "Restore a backup into the host's group, which must be new. Until that is done, the group"
                + " serves nobody.",
            (self, words) -> {
              if (isSet(self, WIPE)) {
                if (!words.isEmpty()) {
                  throw CommandFailure.usage("restore --wipe takes no place");
                }
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                body.put("kind", KIND + "RestoreRequest").put("isWipe", true);
                return follow(self, body);
              }
              ObjectNode body = request("RestoreRequest", onlyPlace("restore", words));
              String asOf = value(self, AS_OF);
              if (!asOf.isEmpty()) {
                body.put("timeSnapshotBoundaryMicros", micros(AS_OF, asOf));
              }
              if (isSet(self, BESIDE)) {
                body.put("isBeside", true);
              }
              return follow(self, body);
            });
    spec.addOption(
        text(AS_OF, "TIME", "as it was then: 2026-11-30T08:00:00Z, or microseconds since 1970"));
    spec.addOption(
        flag(BESIDE, "also if there are documents; those that the backup has are replaced"));
    spec.addOption(flag(WIPE, "give up a restoration that broke off: leave the group empty"));
    spec.addOption(text(BEARER, "TOKEN", "a token that the URL's host wants to see"));
    spec.addOption(text(GROUP, "NAME", "the node group (default)"));
    return spec;
  }

  private int follow(CommandSpec self, ObjectNode body) {
    body.put("isDirect", false);
    String bearer = value(self, BEARER);
    if (!bearer.isEmpty()) {
      body.put("bearer", bearer);
    }
    String group = value(self, GROUP);
    if (!group.isEmpty()) {
      body.put("nodeGroup", group);
    }
    RequestCommand command = RequestCommand.of(self, environment, streams);
    RequestDocument request = new RequestDocument("PATCH", "/core/management", body);
    return command.run(request, answer -> new BackupWatch(command, streams).follow(answer));
  }

  private static ObjectNode request(String kind, String place) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("kind", KIND + kind);
    body.put("destination", uri(place));
    return body;
  }

  private static String onlyPlace(String command, List<String> words) {
    for (String word : words) {
      if (word.startsWith("-")) {
        throw CommandFailure.usage("%s has no option %s".formatted(command, word));
      }
    }
    if (words.size() != 1) {
      throw CommandFailure.usage(
          words.isEmpty()
              ? command + " needs a place, such as /var/backups/cairn"
              : "%s takes one place, not %s".formatted(command, String.join(" and ", words)));
    }
    return words.getFirst();
  }

  private static boolean isUrl(String place) {
    return place.toLowerCase(Locale.ROOT).matches("https?://.*");
  }

  private static String type(String place) {
    if (isUrl(place)) {
      return "STREAM";
    }
    return place.toLowerCase(Locale.ROOT).endsWith(".zip") ? "ZIP" : "DIRECTORY";
  }

  /** A path means the same to the host as it does here, if it runs on this machine. */
  private static String uri(String place) {
    if (isUrl(place) || place.startsWith("file:")) {
      return place;
    }
    try {
      URI uri = Path.of(place).toAbsolutePath().normalize().toUri();
      return "file:" + uri.getRawPath();
    } catch (InvalidPathException e) {
      throw CommandFailure.usage("'%s' is no path: %s".formatted(place, e.getReason()));
    }
  }

  /** A time that was given with an option, in microseconds since 1970. */
  static long micros(String option, String text) {
    try {
      return text.matches("[0-9]{16,17}")
          ? Long.parseLong(text)
          : ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "%s takes a time such as 2026-11-30T08:00:00Z, or microseconds since 1970, not '%s'"
              .formatted(option, text));
    }
  }
}
