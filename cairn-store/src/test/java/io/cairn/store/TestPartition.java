// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.store.disk.IndexDirectories;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DescriptionSource;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A partition for tests: a pool, a settable time, and described kinds. */
final class TestPartition implements AutoCloseable {
  /** Intervals so long that nothing happens in the background by itself. */
  static final StoreOptions QUIET =
      StoreOptions.defaults()
          .with(it -> it.refreshIntervalMillis(3_600_000).commitIntervalMillis(3_600_000));

  final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
  final StorePool pool = new StorePool(1, 1, new Room(), System::nanoTime);
  final AtomicLong now = new AtomicLong(1_000_000);
  final Map<String, ServiceDocumentDescription> kinds = new ConcurrentHashMap<>();

  final DescriptionSource descriptions =
      new DescriptionSource() {
        @Override
        public @Nullable ServiceDocumentDescription describe(String kind) {
          return kinds.get(kind);
        }

        @Override
        public Set<String> kinds() {
          return kinds.keySet();
        }
      };

  private final class Room implements StoreRoom {
    @Override
    public long free() {
      return free.get();
    }

    @Override
    public boolean isShortage(Path file, IOException failure) {
      return "No space left on device".equals(failure.getMessage());
    }
  }

  DocumentStore open(Path directory) {
    return open(directory, QUIET);
  }

  DocumentStore open(Path directory, StoreOptions options) {
    return DocumentStore.open(directory, pool, options, descriptions, now::get);
  }

  DocumentStore open(Path directory, IndexDirectories directories) {
    return DocumentStore.open(
        directory, new StoreSetup(pool, QUIET, descriptions, now::get, directories));
  }

  void describe(String kind, Class<?> type) {
    kinds.put(kind, ServiceDocumentDescription.Builder.create().buildDescription(type));
  }

  static DocumentVersion version(String link, long version) {
    return version(link, version, "{\"count\":" + version + "}");
  }

  static DocumentVersion version(String link, long version, String json) {
    return typed(null, link, version, json);
  }

  static DocumentVersion typed(String kind, String link, long version, String json) {
    return new DocumentVersion(
        link, kind, version, 0, 1_000 + version, version == 0 ? "POST" : "PUT", 0, utf8(json));
  }

  static DocumentVersion tombstone(String link, long version) {
    return new DocumentVersion(link, null, version, 0, 1_000 + version, "DELETE", 0, utf8("{}"));
  }

  static DocumentVersion expiring(String link, long version, long expirationMicros) {
    return new DocumentVersion(
        link, null, version, 0, 1_000 + version, "PUT", expirationMicros, utf8("{}"));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(DocumentVersion document) {
    return new String(document.json(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    pool.close();
  }
}
