// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.LogFile;
import io.cairn.cluster.log.LogFileSystem;
import io.cairn.cluster.log.NoRoomException;
import io.cairn.cluster.log.RecordFile;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps attributes in one file of a directory: first all that there was when the file was begun,
 * then one record for each group of changes. When the changes outweigh the rest, and at each start,
 * a new file is begun under another name, synced, renamed in one step, and the old one deleted: at
 * any time there is a whole file. Replaying merges, so that the order and number of records do not
 * matter.
 *
 * <p>After a write or a sync that failed nobody knows what is on disk: nothing more is written
 * until a restart has read the file anew. What found no room was not written, and may be tried
 * again.
 */
final class DiskJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(DiskJournal.class);

  private static final String PREFIX = "attributes-";
  private static final String SUFFIX = ".journal";
  private static final String UNFINISHED = ".new";
  private static final int FULL_PAYLOAD = 1 << 20;
  private static final long LEAST_GROWTH = 4 << 20;

  /** How files of the format before begin. */
  private static final int FIRST_FORMAT = 0x43414131;

  private static final int ENTRY = 1;
  private static final int HORIZON = 2;
  private static final int COMPLETE = 3;

  private final Path directory;
  private final LogFileSystem files;
  private final RandomGenerator random;
  private final Closeable lock;
  private final EntryStore store;
  private long generation;
  private long fullSize;
  private @Nullable RecordFile file;
  private @Nullable IOException failure;

  private DiskJournal(
      Path directory,
      LogFileSystem files,
      RandomGenerator random,
      Closeable lock,
      EntryStore store) {
    this.store = store;
    this.directory = directory;
    this.files = files;
    this.random = random;
    this.lock = lock;
  }

  /**
   * Takes a directory and reads what is there.
   *
   * @param store takes what was kept
   * @param now what the ticker says
   * @throws IOException if it is damaged or another process has it; says what to do
   */
  static DiskJournal open(
      Path directory, LogFileSystem files, RandomGenerator random, EntryStore store, long now)
      throws IOException {
    files.createDirectories(directory);
    DiskJournal journal = new DiskJournal(directory, files, random, files.lock(directory), store);
    try {
      journal.recover(store, now);
      return journal;
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private void recover(EntryStore store, long now) throws IOException {
    Optional<String> newest =
        files.list(directory).stream()
            .filter(name -> generationOf(name) > 0)
            .max((a, b) -> Long.compare(generationOf(a), generationOf(b)));
    if (newest.isPresent()) {
      generation = generationOf(newest.get());
      load(directory.resolve(newest.get()), store, now);
    }
    try {
      begin(store);
    } catch (NoRoomException full) {
      LOG.warn("Attributes cannot be kept until there is room: {}", full.getMessage());
    }
  }

  private static long generationOf(String name) {
    if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
      return 0;
    }
    try {
      return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    } catch (NumberFormatException foreign) {
      return 0;
    }
  }

  private void load(Path path, EntryStore store, long now) throws IOException {
    boolean[] isComplete = {false};
    try {
      RecordFile.read(
          path, files, generation, payload -> isComplete[0] |= replay(payload, store, now));
    } catch (LogCorruptedException e) {
      throw isOfBefore(path) ? foreign(path, e) : damaged(path, e.what(), e);
    } catch (MalformedException e) {
      throw damaged(path, e.getMessage(), e);
    }
    if (!isComplete[0]) {
      throw damaged(path, "its first part is not whole", null);
    }
  }

  private boolean isOfBefore(Path path) throws IOException {
    ByteBuffer begin = ByteBuffer.allocate(Integer.BYTES);
    try (LogFile file = files.open(path)) {
      return file.read(begin, 0) == Integer.BYTES && begin.getInt(0) == FIRST_FORMAT;
    }
  }

  private static IOException foreign(Path path, Exception cause) {
    return new IOException(
        ("%s has a format of before, which this Cairn does not read; it is not damaged. Run the Cairn"
                + " that wrote it, or, if other nodes hold the attributes, move the file away and start"
                + " again: they will be fetched from there.")
            .formatted(path),
        cause);
  }

  private static IOException damaged(Path path, @Nullable String what, @Nullable Exception cause) {
    return new IOException(
        ("%s is damaged: %s. If other nodes hold the attributes, move the file away and start again:"
                + " they will be fetched from there. If not, restore it from a backup.")
            .formatted(path, what),
        cause);
  }

  private static boolean replay(byte[] payload, EntryStore store, long now) {
    WireReader in = new WireReader(payload);
    boolean isComplete = false;
    while (in.hasMore()) {
      int type = in.u8();
      switch (type) {
        case ENTRY ->
            store.load(AttributeEntry.decode(in.bytes(AttributesMessageCodec.MAX_BYTES)), now);
        case HORIZON -> store.loadHorizon(in.u8(), in.i64());
        case COMPLETE -> isComplete = true;
        default -> throw new MalformedException("unknown type " + type);
      }
    }
    return isComplete;
  }

  @Override
  public void append(List<AttributeEntry> entries, Map<Integer, Long> horizons) throws IOException {
    WireWriter out = new WireWriter();
    entries.forEach(entry -> out.u8(ENTRY).bytes(entry.encoded()));
    horizons.forEach((bucket, micros) -> horizon(out, bucket, micros));
    if (failure != null) {
      throw new IOException("attributes cannot be kept since an earlier failure", failure);
    }
    try {
      RecordFile current = file == null ? begin(store) : file; // there was no room at the start
      current.append(out.take());
      current.force();
    } catch (NoRoomException full) {
      throw full; // the next one is written over what there is of it
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private static void horizon(WireWriter out, int bucket, long micros) {
    out.u8(HORIZON).u8(bucket).i64(micros);
  }

  @Override
  public void tidy(EntryStore store) {
    if (failure != null
        || file == null
        || file.size() - fullSize < Math.max(LEAST_GROWTH, fullSize)) {
      return;
    }
    try {
      begin(store);
    } catch (NoRoomException later) {
      LOG.debug("The attributes' file goes on to grow", later);
    } catch (IOException e) {
      // Which of the two files a restart will read is not known.
      failure = e;
      LOG.error("Attributes can no longer be kept in {}", directory, e);
    }
  }

  /** Begins a new file with all that the store holds, and returns it. */
  private RecordFile begin(EntryStore store) throws IOException {
    String name = PREFIX + (generation + 1) + SUFFIX;
    Path unfinished = directory.resolve(name + UNFINISHED);
    RecordFile fresh = RecordFile.create(unfinished, files, generation + 1, random.nextInt());
    try {
      for (byte[] payload : payloads(store)) {
        fresh.append(payload);
      }
      fresh.force();
    } catch (NoRoomException full) {
      fresh.close();
      files.delete(unfinished);
      throw full;
    } catch (IOException | RuntimeException e) {
      fresh.close();
      throw e;
    }
    files.rename(unfinished, directory.resolve(name));
    files.syncDirectory(directory);
    if (file != null) {
      file.close();
    }
    generation++;
    file = fresh;
    fullSize = fresh.size();
    deleteOthers(name);
    return fresh;
  }

  private static List<byte[]> payloads(EntryStore store) {
    List<byte[]> payloads = new ArrayList<>();
    WireWriter out = new WireWriter();
    for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
      if (store.horizon(bucket) > 0) {
        horizon(out, bucket, store.horizon(bucket));
      }
    }
    store.forEach(
        entry -> {
          if (out.size() + entry.encoded().length > FULL_PAYLOAD) {
            payloads.add(out.take());
          }
          out.u8(ENTRY).bytes(entry.encoded());
        });
    payloads.add(out.u8(COMPLETE).take());
    return payloads;
  }

  private void deleteOthers(String current) throws IOException {
    for (String name : files.list(directory)) {
      if (name.startsWith(PREFIX) && !name.equals(current)) {
        files.delete(directory.resolve(name));
      }
    }
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      if (file != null) {
        file.close();
      }
      file = null;
    }
  }
}
