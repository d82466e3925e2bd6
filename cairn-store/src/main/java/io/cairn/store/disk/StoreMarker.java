// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file beside the index that says that a store was made here, so that an index that vanished is
 * not taken for a store that never was. Written as {@code creating} before the index is made and as
 * {@code ready} after its first commit; nothing is acknowledged before that.
 *
 * @param state whether the index had its first commit
 * @param storeId the store's identity, in every commit of its index
 * @param createdMicros when the store was made
 * @param index the directory that holds the index: naming another one replaces the whole content
 */
public record StoreMarker(State state, String storeId, long createdMicros, String index) {
  public static final String FILE = "store.properties";

  /** The key of the store's identity in the user data of each commit of its index. */
  public static final String STORE_ID = "storeId";

  private static final int FORMAT = 1;

  public enum State {
    CREATING,
    READY,
    /** Its files were damaged and moved aside: it waits for those of another replica. */
    REBUILDING
  }

  public static StoreMarker creating(long nowMicros) {
    return new StoreMarker(
        State.CREATING, UUID.randomUUID().toString(), nowMicros, StoreDirectory.INDEX);
  }

  static StoreMarker rebuilding(long nowMicros) {
    return new StoreMarker(
        State.REBUILDING, UUID.randomUUID().toString(), nowMicros, StoreDirectory.INDEX);
  }

  public StoreMarker ready() {
    return new StoreMarker(State.READY, storeId, createdMicros, index);
  }

  /** The same store with its index in another directory. */
  public StoreMarker at(String directory) {
    return new StoreMarker(state, storeId, createdMicros, directory);
  }

  /** The marker in a directory, or null when there is none. */
  public static @Nullable StoreMarker read(Path directory) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(directory.resolve(FILE))) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          values.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    } catch (NoSuchFileException _) {
      return null;
    }
    return parse(directory, values);
  }

  private static StoreMarker parse(Path directory, Map<String, String> values) {
    try {
      int format = Integer.parseInt(values.getOrDefault("format", ""));
      String storeId = values.get("storeId");
      State state = State.valueOf(values.getOrDefault("state", ""));
      long created = Long.parseLong(values.getOrDefault("createdMicros", ""));
      if (format != FORMAT || storeId == null) {
        throw new StoreCorruptedException(
            directory,
            "%s has format %d, and this Cairn reads format %d: run the Cairn that wrote it"
                .formatted(FILE, format, FORMAT),
            null);
      }
      String index = values.getOrDefault("index", StoreDirectory.INDEX);
      return new StoreMarker(state, storeId, created, index);
    } catch (IllegalArgumentException e) {
      throw new StoreCorruptedException(directory, FILE + " is not readable", e);
    }
  }

  /** Writes the marker durably: a new file, fsync, rename, fsync of the directory. */
  public void write(Path directory) throws IOException {
    String text =
        "format="
            + FORMAT
            + "\nstoreId="
            + storeId
            + "\nstate="
            + state
            + "\ncreatedMicros="
            + createdMicros
            + "\nindex="
            + index
            + "\n";
    Path fresh = directory.resolve(FILE + ".new");
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    sync(fresh, StandardOpenOption.WRITE);
    Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    sync(directory, StandardOpenOption.READ);
  }

  /** Makes a file, opened to WRITE, or a directory, opened to READ, durable. */
  public static void sync(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
