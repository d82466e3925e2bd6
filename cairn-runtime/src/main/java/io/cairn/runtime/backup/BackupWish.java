// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroups;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a request of {@code /core/management} wants of backups. */
public sealed interface BackupWish {

  /** Whether the answer waits for the end. */
  boolean direct();

  /** The forms of a backup. */
  enum Type {
    /** One archive with all files. */
    ZIP,
    /** A directory among others, which has what those do not have. */
    DIRECTORY,
    /** One archive that is sent to another machine. */
    STREAM
  }

  /**
   * A backup.
   *
   * @param destination a {@code file:} or {@code http(s):} URI
   * @param full whether it has files that backups beside it have, too
   * @param group the name of the node group
   */
  record Backup(
      URI destination,
      Type type,
      boolean full,
      @Nullable String bearer,
      boolean direct,
      String group)
      implements BackupWish {}

  /**
   * A restoration.
   *
   * @param source a {@code file:} or {@code http(s):} URI
   * @param atMicros as of which moment; 0 for that of the backup
   * @param beside whether documents may be there
   * @param group the name of the node group
   */
  record Restore(
      URI source,
      long atMicros,
      boolean beside,
      @Nullable String bearer,
      boolean direct,
      String group)
      implements BackupWish {}

  /** The end of a restoration into a group that was not finished. */
  record Wipe(boolean direct, String group) implements BackupWish {}

  /** Whether backups are made automatically from now on. */
  record Automatic(boolean enabled) implements BackupWish {
    @Override
    public boolean direct() {
      return true;
    }
  }

  /** The kinds of requests, without what comes before their names. */
  Set<String> KINDS = Set.of("BackupRequest", "RestoreRequest", "AutoBackupConfiguration");

  /**
   * Reads a request.
   *
   * @param kind one of {@link #KINDS}
   * @throws IllegalArgumentException that says which field is wrong, and how
   */
  static BackupWish of(String kind, JsonNode request) {
    Fields fields = new Fields(kind, request);
    return switch (kind) {
      case "BackupRequest" -> backup(fields);
      case "RestoreRequest" -> restore(fields);
      default -> {
        fields.allow("enable");
        yield new Automatic(fields.flag("enable", null));
      }
    };
  }

  private static BackupWish backup(Fields fields) {
    fields.allow(
        "destination",
        "backupType",
        "bearer",
        "isFull",
        "isDirect",
        "nodeGroup",
        "indexServiceLink",
        "backupServiceLink");
    fields.links();
    Type type = fields.type();
    URI destination = fields.place();
    boolean local = isFile(destination);
    if (local && type == Type.STREAM) {
      throw new IllegalArgumentException(
          "backupType STREAM needs a destination with http or https; a file takes ZIP, a directory DIRECTORY");
    }
    if (!local && type == Type.DIRECTORY) {
      throw new IllegalArgumentException(
          "backupType DIRECTORY needs a destination with file; others take STREAM");
    }
    return new Backup(
        destination,
        type,
        fields.flag("isFull", false),
        fields.text("bearer"),
        fields.flag("isDirect", true),
        fields.group());
  }

  private static BackupWish restore(Fields fields) {
    fields.allow(
        "destination",
        "timeSnapshotBoundaryMicros",
        "bearer",
        "isBeside",
        "isWipe",
        "isDirect",
        "nodeGroup",
        "indexServiceLink",
        "backupServiceLink");
    fields.links();
    boolean direct = fields.flag("isDirect", true);
    return fields.flag("isWipe", false)
        ? new Wipe(direct, fields.group())
        : new Restore(
            fields.place(),
            fields.micros("timeSnapshotBoundaryMicros"),
            fields.flag("isBeside", false),
            fields.text("bearer"),
            direct,
            fields.group());
  }

  /** Whether a URI names a file of this machine. */
  static boolean isFile(URI uri) {
    return "file".equalsIgnoreCase(uri.getScheme());
  }

  /** The fields of a request. */
  record Fields(String kind, JsonNode request) {

    private void allow(String... names) {
      Set<String> known = new TreeSet<>(Arrays.asList(names));
      for (String name : request.propertyNames()) {
        boolean builtIn = name.equals("kind") || name.startsWith("document");
        if (!builtIn && !known.contains(name)) {
          throw new IllegalArgumentException(
              "%s has no field '%s'; it has %s".formatted(kind, name, String.join(", ", known)));
        }
      }
    }

    private @Nullable JsonNode value(String name) {
      JsonNode value = request.get(name);
      return value == null || value.isNull() ? null : value;
    }

    private @Nullable String text(String name) {
      JsonNode value = value(name);
      if (value != null && !value.isString()) {
        throw new IllegalArgumentException("%s must be a text".formatted(name));
      }
      return value == null ? null : value.asString();
    }

    private boolean flag(String name, @Nullable Boolean otherwise) {
      JsonNode value = value(name);
      // Clients of Xenon write START and STOP, or true and false.
      String text = value == null ? "" : value.asString("").toUpperCase(Locale.ROOT);
      return switch (text) {
        case "TRUE", "START" -> true;
        case "FALSE", "STOP" -> false;
        case "" -> {
          if (otherwise == null) {
            throw new IllegalArgumentException("%s is required: true or false".formatted(name));
          }
          yield otherwise;
        }
        default -> throw new IllegalArgumentException("%s must be true or false".formatted(name));
      };
    }

    private String group() {
      String name = text("nodeGroup");
      return name == null ? NodeGroups.DEFAULT : name;
    }

    private long micros(String name) {
      JsonNode value = value(name);
      if (value == null) {
        return 0;
      }
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() <= 0) {
        throw new IllegalArgumentException(
            "%s must be a moment in microseconds since 1970".formatted(name));
      }
      return value.asLong();
    }

    private Type type() {
      String text = text("backupType");
      if (text == null) {
        return Type.ZIP;
      }
      try {
        return Type.valueOf(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "backupType must be ZIP, DIRECTORY or STREAM, not '%s'".formatted(text), e);
      }
    }

    private URI place() {
      String text = text("destination");
      if (text == null || text.isEmpty()) {
        throw new IllegalArgumentException(
            "destination is required: a URI such as file:/var/backups/cairn");
      }
      try {
        URI uri = URI.create(text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (scheme.equals("file")) {
          var _ = Path.of(uri);
          return uri;
        }
        if (Set.of("http", "https").contains(scheme) && uri.getHost() != null) {
          return uri;
        }
      } catch (IllegalArgumentException | FileSystemNotFoundException e) {
        throw wrongPlace(text, e);
      }
      throw wrongPlace(text, null);
    }

    private static IllegalArgumentException wrongPlace(String text, @Nullable Exception cause) {
      return new IllegalArgumentException(
          "destination must be a URI with file, http or https, such as file:/var/backups/cairn, not '%s'"
              .formatted(text),
          cause);
    }

    /** There is one index, and one way to back it up. */
    private void links() {
      requireUsual("indexServiceLink", ServiceUriPaths.CORE_DOCUMENT_INDEX);
      requireUsual("backupServiceLink", ServiceUriPaths.CORE_DOCUMENT_INDEX_BACKUP);
    }

    private void requireUsual(String name, String usual) {
      String link = text(name);
      if (link != null && !link.equals(usual)) {
        throw new IllegalArgumentException(
            "%s can only be %s here: all documents are backed up together".formatted(name, usual));
      }
    }
  }
}
