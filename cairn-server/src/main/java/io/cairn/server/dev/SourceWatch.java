// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that files have changed. What the system tells about its directories is only taken as a
 * hint that it is time to look: whether something has changed is decided by comparing size, time
 * and identity of all files with what they were. So it does not matter whether an editor writes a
 * file or replaces it, and where the system tells nothing (some network disks) a look each second
 * finds the change. Used by one thread.
 */
final class SourceWatch implements AutoCloseable {

  private static final long LOOK_MILLIS = 1000;

  /** Editors write a file in several steps, and tools several files: so long nothing may happen. */
  private static final long REST_MILLIS = 60;

  private static final int LONGEST_UNREST = 50;

  private final List<Path> roots;
  private final List<Path> files;
  private final WatchService system;
  private Map<Path, Stamp> known;

  /** What tells one content of a file from another without reading it. */
  private record Stamp(long size, FileTime time, @Nullable Object identity) {}

  /**
   * Begins to watch.
   *
   * @param roots directories, which need not exist, with all below them
   * @param files single files
   * @throws IOException if they cannot be read
   */
  SourceWatch(List<Path> roots, List<Path> files) throws IOException {
    this.roots = List.copyOf(roots);
    this.files = List.copyOf(files);
    this.system = FileSystems.getDefault().newWatchService();
    this.known = look();
  }

  /** Whether a file is a source of the compiler's. */
  static boolean isSource(Path file) {
    return file.toString().endsWith(".java") && isOfInterest(file);
  }

  /** Editors keep copies and locks beside the file that is edited. */
  static boolean isOfInterest(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".#")
        && !name.startsWith("#")
        && !name.endsWith("~")
        && !name.matches(".*\\.(sw[a-z]|tmp|bak|orig|part)")
        && !name.equals("4913");
  }

  /**
   * Waits until files differ from what the call before saw, and rest.
   *
   * @return those that were added, changed or removed
   */
  Set<Path> await() throws InterruptedException, IOException {
    while (true) {
      if (drain(LOOK_MILLIS)) {
        for (int i = 0; i < LONGEST_UNREST && drain(REST_MILLIS); i++) {
          // Not at rest yet.
        }
      }
      Map<Path, Stamp> now = look();
      Set<Path> changed = new TreeSet<>();
      now.forEach(
          (file, stamp) -> {
            if (!stamp.equals(known.get(file))) {
              changed.add(file);
            }
          });
      known.keySet().stream().filter(file -> !now.containsKey(file)).forEach(changed::add);
      known = now;
      if (!changed.isEmpty()) {
        return changed;
      }
    }
  }

  /** Takes what the system has told; returns whether that was anything, waiting for the first. */
  private boolean drain(long millis) throws InterruptedException {
    WatchKey key = system.poll(millis, TimeUnit.MILLISECONDS);
    boolean any = key != null;
    while (key != null) {
      key.pollEvents();
      key.reset();
      key = system.poll();
    }
    return any;
  }

  /** Stamps all files, and has the system tell about all directories, new ones among them. */
  private Map<Path, Stamp> look() throws IOException {
    Map<Path, Stamp> stamps = new HashMap<>();
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        Files.walkFileTree(root, new Look(stamps));
      }
    }
    for (Path file : files) {
      try {
        stamps.put(file, stamp(Files.readAttributes(file, BasicFileAttributes.class)));
      } catch (IOException gone) {
        // It is not there, for the moment at least.
      }
      register(Objects.requireNonNull(file.getParent()));
    }
    return stamps;
  }

  private static Stamp stamp(BasicFileAttributes attributes) {
    return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }

  private void register(Path directory) {
    try {
      // Once more of what is known is no more of it.
      directory.register(
          system,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException untold) {
      // Gone meanwhile, or the system tells about no more directories: the look each second does.
    }
  }

  private final class Look extends SimpleFileVisitor<Path> {
    private final Map<Path, Stamp> stamps;

    Look(Map<Path, Stamp> stamps) {
      this.stamps = stamps;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      register(directory);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isOfInterest(file)) {
        stamps.put(file, stamp(attributes));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException goneMeanwhile) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cutShort) {
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public void close() {
    try {
      system.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
