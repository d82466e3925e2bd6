// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.schema;

import io.cairn.cluster.log.DurableFile;
import io.cairn.document.DocumentJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.document.schema.DocumentSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that the factories of this node have had, on its disk. Each node remembers what it
 * started itself, so that a node with an older version of an application compares with that one.
 * Thread-safe.
 */
public final class SchemaMemory {

  private static final String FILE = "schemas.json";
  private static final int FORMAT = 1;

  /** A factory that changes more often forgets its oldest schemas. */
  private static final int MAX_HISTORY = 20;

  private final DurableFile file;
  private final Map<String, List<KnownSchema>> byFactory;

  /** What stands in the file. */
  private record Stored(int format, Map<String, List<KnownSchema>> factories) {}

  private SchemaMemory(DurableFile file, Map<String, List<KnownSchema>> byFactory) {
    this.file = file;
    this.byFactory = byFactory;
  }

  /**
   * Reads what the node in a directory remembers.
   *
   * @throws IOException if it cannot be read
   */
  public static SchemaMemory open(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    DurableFile file = new DurableFile(path);
    byte[] content = file.read();
    if (content == null) {
      return new SchemaMemory(file, new TreeMap<>());
    }
    try {
      Stored stored = DocumentJson.standard().fromJson(content, Stored.class);
      if (stored.format() == FORMAT) {
        return new SchemaMemory(file, new TreeMap<>(stored.factories()));
      }
      throw new IOException(
          "%s has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
              .formatted(path, stored.format(), FORMAT));
    } catch (MalformedJsonException e) {
      throw new IOException(
          "%s is damaged: %s. It holds no documents. Without it, changes of document classes are not noticed at the next start: remove it to start all the same"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** The schemas that a factory has had, the latest last; none if it was never started here. */
  public synchronized List<KnownSchema> history(String factory) {
    return List.copyOf(byFactory.getOrDefault(factory, List.of()));
  }

  /** The last schema of a factory; null if it was never started here. */
  @Nullable KnownSchema latest(String factory) {
    List<KnownSchema> all = history(factory);
    return all.isEmpty() ? null : all.getLast();
  }

  /** The factories that were started here and keep documents. */
  public synchronized List<String> factories() {
    return List.copyOf(byFactory.keySet());
  }

  /** Whether a factory had a schema before. */
  boolean hasSeen(String factory, DocumentSchema schema) {
    return history(factory).stream().anyMatch(known -> known.schema().equals(schema));
  }

  /** All that is remembered, for a node elsewhere to {@link #adopt}. */
  public synchronized byte[] toBytes() {
    return bytes(byFactory);
  }

  private static byte[] bytes(Map<String, List<KnownSchema>> factories) {
    return DocumentJson.standard()
        .toJsonPretty(new Stored(FORMAT, factories))
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Remembers what another node remembered of factories that were never started here, durably.
   *
   * @throws MalformedJsonException if these are no bytes of {@link #toBytes}
   */
  public synchronized void adopt(byte[] remembered) {
    DocumentJson.standard()
        .fromJson(remembered, Stored.class)
        .factories()
        .forEach(
            (factory, history) -> {
              if (!byFactory.containsKey(factory) && !history.isEmpty()) {
                keep(factory, history);
              }
            });
  }

  /** Makes a schema the last one of a factory, durably. */
  synchronized void remember(String factory, KnownSchema schema) {
    List<KnownSchema> all = new ArrayList<>(byFactory.getOrDefault(factory, List.of()));
    all.add(schema);
    keep(factory, all);
  }

  private void keep(String factory, List<KnownSchema> all) {
    List<KnownSchema> kept =
        List.copyOf(all.subList(Math.max(0, all.size() - MAX_HISTORY), all.size()));
    Map<String, List<KnownSchema>> next = new LinkedHashMap<>(byFactory);
    next.put(factory, kept);
    try {
      file.write(bytes(next));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The schema of %s could not be written to %s: %s"
              .formatted(factory, file.path(), e.getMessage()),
          e);
    }
    byFactory.put(factory, kept);
  }
}
