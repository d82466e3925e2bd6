// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.log.LogFile;
import io.cairn.cluster.log.LogFileSystem;
import io.cairn.cluster.log.NoRoomException;
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
 * then one frame for each group of changes. When the changes outweigh the rest, and at each start, a
 * new file is begun under another name, synced, renamed in one step, and the old one deleted: at
 * any time there is a whole file. Replaying merges, so that the order and number of records do not
 * matter.
 *
 * <p>After a write or a sync that failed nobody knows what is on disk: nothing more is written until
 * a restart has read the file anew. What found no room was not written, and may be tried again.
 */
final class DiskJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(DiskJournal.class);

  private static final String PREFIX = "attributes-";
  private static final String SUFFIX = ".journal";
  private static final String UNFINISHED = ".new";
  private static final int FULL_PAYLOAD = 1 << 20;
  private static final long LEAST_GROWTH = 4 << 20;

  private static final int ENTRY = 1;
  private static final int HORIZON = 2;
  private static final int COMPLETE = 3;

  private final Path directory;
  private final LogFileSystem files;
  private final RandomGenerator random;
  private final Closeable lock;
  private final EntryStore store;
  private long generation;
  private int seed;
  private long fullSize;
  private long end;
  private @Nullable LogFile file;
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
    DiskJournal journal =
        new DiskJournal(directory, files, random, files.lock(directory), store);
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
      load(directory.resolve(newest.get()), store, now);
      generation = generationOf(newest.get());
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
    try (LogFile source = files.open(path)) {
      JournalFrames.read(path, source).forEach(payload -> isComplete[0] |= replay(payload, store, now));
    }
    if (!isComplete[0]) {
      throw JournalFrames.damaged(path, "its first part is not whole");
    }
  }

  private static boolean replay(byte[] payload, EntryStore store, long now) {
    WireReader in = new WireReader(payload);
    boolean isComplete = false;
    while (in.hasMore()) {
      int type = in.u8();
      switch (type) {
        case ENTRY -> store.load(Entry.decode(in.bytes(MessageCodec.MAX_BYTES)), now);
        case HORIZON -> store.loadHorizon(in.u8(), in.i64());
        case COMPLETE -> isComplete = true;
        default -> throw new MalformedException("unknown type " + type);
      }
    }
    return isComplete;
  }

  @Override
  public void append(List<Entry> entries, Map<Integer, Long> horizons) throws IOException {
    WireWriter out = new WireWriter();
    entries.forEach(entry -> out.u8(ENTRY).bytes(entry.encoded()));
    horizons.forEach((bucket, micros) -> horizon(out, bucket, micros));
    if (failure != null) {
      throw new IOException("attributes cannot be kept since an earlier failure", failure);
    }
    try {
      LogFile current = file == null ? begin(store) : file; // there was no room at the start
      ByteBuffer frame = JournalFrames.frame(seed, out.take());
      int size = frame.remaining();
      current.write(frame, end);
      current.force();
      end += size;
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
    if (failure != null || file == null || end - fullSize < Math.max(LEAST_GROWTH, fullSize)) {
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
  private LogFile begin(EntryStore store) throws IOException {
    String name = PREFIX + (generation + 1) + SUFFIX;
    Path unfinished = directory.resolve(name + UNFINISHED);
    int freshSeed = random.nextInt();
    LogFile fresh = files.allocate(unfinished, 0);
    long written = JournalFrames.HEADER;
    try {
      fresh.write(JournalFrames.header(freshSeed), 0);
      for (byte[] payload : payloads(store)) {
        ByteBuffer frame = JournalFrames.frame(freshSeed, payload);
        int size = frame.remaining();
        fresh.write(frame, written);
        written += size;
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
    seed = freshSeed;
    file = fresh;
    end = written;
    fullSize = written;
    deleteOthers(name);
    return fresh;
  }

  private static List<byte[]> payloads(EntryStore store) {
    List<byte[]> payloads = new ArrayList<>();
    WireWriter[] out = {new WireWriter()};
    for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
      if (store.horizon(bucket) > 0) {
        horizon(out[0], bucket, store.horizon(bucket));
      }
    }
    store.forEach(
        entry -> {
          if (out[0].size() + entry.encoded().length > FULL_PAYLOAD) {
            payloads.add(out[0].take());
            out[0] = new WireWriter();
          }
          out[0].u8(ENTRY).bytes(entry.encoded());
        });
    payloads.add(out[0].u8(COMPLETE).take());
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
