// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One directory in memory whose owner decides what a power failure leaves of what was not synced,
 * and when space or the device gives out.
 */
public final class SimulatedFileSystem {

  private static final int SECTOR = 512;

  private final Map<String, Content> files = new TreeMap<>();
  private Map<String, Content> durableNames = new TreeMap<>();
  private boolean locked;
  private long capacity = Long.MAX_VALUE;
  private IOException allocateFailure;
  private IOException writeFailure;
  private IOException forceFailure;
  private int generation;
  private long bytesRead;

  private static final class Content {
    byte[] bytes;
    byte[] durable;
    final List<int[]> unsynced = new ArrayList<>();

    Content(int size) {
      bytes = new byte[size];
      durable = new byte[size];
    }
  }

  public synchronized void failAllocations(String message) {
    allocateFailure = message == null ? null : new IOException(message);
  }

  /** Gives the disk a size; what does not fit is refused. */
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** Returns how much of the disk is taken. */
  public synchronized long used() {
    return files.values().stream().mapToLong(content -> content.bytes.length).sum();
  }

  /** Returns how much was read of all files so far. */
  public synchronized long bytesRead() {
    return bytesRead;
  }

  public synchronized void failWrites(String message) {
    writeFailure = message == null ? null : new IOException(message);
  }

  public synchronized void failForces(String message) {
    forceFailure = message == null ? null : new IOException(message);
  }

  /** Cuts the power: of what was not synced, some sectors reach the disk and some do not. */
  public synchronized void losePower(RandomGenerator random) {
    crash();
    files.clear();
    files.putAll(durableNames);
    for (Content content : files.values()) {
      for (int[] write : content.unsynced) {
        keepSomeSectors(content, write, random);
      }
      content.unsynced.clear();
      content.bytes = content.durable.clone();
    }
  }

  private static void keepSomeSectors(Content content, int[] write, RandomGenerator random) {
    int end = write[0] + write[1];
    int mode = random.nextInt(3);
    for (int from = write[0]; from < end; from = (from / SECTOR + 1) * SECTOR) {
      int to = Math.min(end, (from / SECTOR + 1) * SECTOR);
      if (mode == 0 || (mode == 1 && random.nextBoolean())) {
        System.arraycopy(content.bytes, from, content.durable, from, to - from);
      }
    }
  }

  /** The process ends without closing anything; what it wrote is in the system's cache. */
  public synchronized void crash() {
    generation++;
    locked = false;
    allocateFailure = null;
    writeFailure = null;
    forceFailure = null;
  }

  /** Returns another disk with the same files. */
  public synchronized SimulatedFileSystem copy() {
    SimulatedFileSystem copy = new SimulatedFileSystem();
    files.forEach((name, content) -> copy.put(name, content.bytes));
    return copy;
  }

  public synchronized byte[] bytes(String name) {
    return files.get(name).bytes.clone();
  }

  public synchronized void put(String name, byte[] bytes) {
    Content content = new Content(0);
    content.bytes = bytes.clone();
    content.durable = bytes.clone();
    files.put(name, content);
    durableNames.put(name, content);
  }

  public synchronized void remove(String name) {
    files.remove(name);
    durableNames.remove(name);
  }

  public synchronized List<String> segments() {
    return files.keySet().stream().filter(name -> name.startsWith("wal-")).toList();
  }

  public synchronized Map<String, Integer> fingerprint() {
    Map<String, Integer> print = new TreeMap<>();
    files.forEach((name, content) -> print.put(name, Arrays.hashCode(content.bytes)));
    return print;
  }

  /** Returns the disk as one process sees it: after a crash it can do no more harm. */
  public synchronized LogFileSystem process() {
    return new ProcessView(generation);
  }

  private final class ProcessView implements LogFileSystem {
    private final int born;

    ProcessView(int born) {
      this.born = born;
    }

    @Override
    public void createDirectories(Path directory) {}

    @Override
    public List<String> list(Path directory) {
      synchronized (SimulatedFileSystem.this) {
        return List.copyOf(files.keySet());
      }
    }

    @Override
    public Closeable lock(Path directory) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        if (locked) {
          throw new LogLockedException(directory, null);
        }
        locked = true;
      }
      return () -> {
        synchronized (SimulatedFileSystem.this) {
          locked &= born != generation;
        }
      };
    }

    @Override
    public LogFile allocate(Path file, long size) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        requireAlive(born);
        if (allocateFailure != null) {
          throw allocateFailure;
        }
        files.remove(file.getFileName().toString());
        if (size > capacity - used()) {
          throw new NoRoomException(
              file, size, capacity - used(), new IOException("No space left on device"));
        }
        Content content = new Content((int) size);
        files.put(file.getFileName().toString(), content);
        return new SimulatedFile(content, born);
      }
    }

    @Override
    public long usableSpace(Path directory) {
      synchronized (SimulatedFileSystem.this) {
        return Math.max(0, capacity - used());
      }
    }

    @Override
    public LogFile open(Path file) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        Content content = files.get(file.getFileName().toString());
        if (content == null) {
          throw new NoSuchFileException(file.toString());
        }
        return new SimulatedFile(content, born);
      }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        requireAlive(born);
        files.put(to.getFileName().toString(), files.remove(from.getFileName().toString()));
      }
    }

    @Override
    public void delete(Path file) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        requireAlive(born);
        files.remove(file.getFileName().toString());
      }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        requireAlive(born);
        durableNames = new TreeMap<>(files);
      }
    }
  }

  private void requireAlive(int born) throws IOException {
    if (born != generation) {
      throw new IOException("the process is dead");
    }
  }

  private final class SimulatedFile implements LogFile {
    private final Content content;
    private final int born;

    SimulatedFile(Content content, int born) {
      this.content = content;
      this.born = born;
    }

    private void check(IOException injected) throws IOException {
      requireAlive(born);
      if (injected != null) {
        throw injected;
      }
    }

    @Override
    public long size() {
      synchronized (SimulatedFileSystem.this) {
        return content.bytes.length;
      }
    }

    @Override
    public int read(ByteBuffer target, long position) {
      synchronized (SimulatedFileSystem.this) {
        int count = (int) Math.min(target.remaining(), content.bytes.length - position);
        if (count <= 0) {
          return -1;
        }
        target.put(content.bytes, (int) position, count);
        bytesRead += count;
        return count;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedFileSystem.this) {
        check(writeFailure);
        int length = source.remaining();
        int end = (int) position + length;
        if (end > content.bytes.length) {
          if (end - content.bytes.length > capacity - used()) {
            throw new NoRoomException(
                Path.of("file"), length, capacity - used(), new IOException("No space left"));
          }
          content.bytes = Arrays.copyOf(content.bytes, end);
          content.durable = Arrays.copyOf(content.durable, end);
        }
        source.get(content.bytes, (int) position, length);
        content.unsynced.add(new int[] {(int) position, length});
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedFileSystem.this) {
        check(forceFailure);
        for (int[] write : content.unsynced) {
          System.arraycopy(content.bytes, write[0], content.durable, write[0], write[1]);
        }
        content.unsynced.clear();
      }
    }

    @Override
    public void close() {}
  }
}
