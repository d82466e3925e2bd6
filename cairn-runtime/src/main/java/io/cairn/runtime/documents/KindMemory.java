// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.store.index.IndexForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How kinds were described when this node ran last, on its disk. Stores are opened, and what the
 * log holds is indexed, before services describe their kinds again: that is done by what is
 * remembered, and so need not be done twice. It is a help only: without the file documents are
 * indexed by their shape first. Thread-safe.
 */
public final class KindMemory {
  private static final Logger log = LoggerFactory.getLogger(KindMemory.class);

  private static final String FILE = "kinds.json";

  private final @Nullable Path file;
  private final Map<String, ServiceDocumentDescription> kinds;

  /** What stands in the file. */
  private record Stored(Map<String, ServiceDocumentDescription> kinds) {}

  private KindMemory(@Nullable Path file, Map<String, ServiceDocumentDescription> kinds) {
    this.file = file;
    this.kinds = kinds;
  }

  /** Remembers nothing beyond its own life. */
  static KindMemory none() {
    return new KindMemory(null, new TreeMap<>());
  }

  /** What the node in a directory remembers; nothing if that cannot be read. */
  public static KindMemory open(Path directory) {
    Path file = directory.resolve(FILE);
    Map<String, ServiceDocumentDescription> kinds = new TreeMap<>();
    if (Files.exists(file)) {
      try {
        kinds.putAll(
            DocumentJson.standard().fromJson(Files.readAllBytes(file), Stored.class).kinds());
      } catch (IOException | RuntimeException e) {
        log.warn("{} cannot be read, and is written anew", file, e);
      }
    }
    return new KindMemory(file, kinds);
  }

  /** How a kind was described last; null if nobody knows. */
  synchronized @Nullable ServiceDocumentDescription find(String kind) {
    return kinds.get(kind);
  }

  /**
   * Remembers a description, of which only what decides about the index is kept.
   *
   * @param description null to forget the kind
   */
  synchronized void remember(String kind, @Nullable ServiceDocumentDescription description) {
    ServiceDocumentDescription before = kinds.get(kind);
    ServiceDocumentDescription kept = description == null ? null : copyOf(description);
    if (kept == null ? before == null : before != null && isAlike(kept, before)) {
      return;
    }
    if (kept == null) {
      kinds.remove(kind);
    } else {
      kinds.put(kind, kept);
    }
    save();
  }

  private static boolean isAlike(ServiceDocumentDescription one, ServiceDocumentDescription other) {
    return IndexForm.of(one, "").equals(IndexForm.of(other, ""))
        && one.versionRetentionLimit == other.versionRetentionLimit
        && one.versionRetentionFloor == other.versionRetentionFloor;
  }

  /** What would be read from the file; null if that would be indexed in another way. */
  private static @Nullable ServiceDocumentDescription copyOf(
      ServiceDocumentDescription description) {
    ServiceDocumentDescription part = new ServiceDocumentDescription();
    part.propertyDescriptions = description.propertyDescriptions;
    part.versionRetentionLimit = description.versionRetentionLimit;
    part.versionRetentionFloor = description.versionRetentionFloor;
    try {
      DocumentJson json = DocumentJson.standard();
      ServiceDocumentDescription read =
          json.fromJson(json.toJson(part), ServiceDocumentDescription.class);
      return isAlike(read, part) ? read : null;
    } catch (RuntimeException e) {
      log.debug("A description cannot be remembered", e);
      return null;
    }
  }

  private void save() {
    if (file == null) {
      return;
    }
    Path written = file.resolveSibling(FILE + ".new");
    try {
      Files.writeString(written, DocumentJson.standard().toJson(new Stored(kinds)));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn(
          "{} cannot be written: after a crash documents are indexed by their shape first",
          file,
          e);
    }
  }
}
