// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.micro;

import com.sun.management.ThreadMXBean;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/**
 * Prints what indexing costs behind updates that come at a steady rate: processor time and
 * allocated bytes of each sort of thread, segments and commits written, and how long the next
 * search waits for what is pending. Eight partitions, as a host has. Arguments: updates a second,
 * seconds for each phase.
 */
public final class IndexingCost {
  private static final int PARTITIONS = 8;
  private static final int LINKS = 1_000;
  private static final int TURNS_A_SECOND = 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ServiceDocumentDescription description =
      ServiceDocumentDescription.Builder.create().buildDescription(ExampleServiceState.class);
  private final StorePool pool =
      StorePool.forThisMachine(StoreRoom.UNLIMITED, new Stopwatch()::nanos);
  private final List<DocumentStore> stores = new ArrayList<>();
  private final long[] indexes = new long[PARTITIONS];
  private final int rate;
  private final int seconds;
  private long count;

  private IndexingCost(int rate, int seconds) {
    this.rate = rate;
    this.seconds = seconds;
  }

  /** What some threads have used. */
  private record Use(long nanos, long bytes) {
    Use minus(Use before) {
      return new Use(nanos - before.nanos, bytes - before.bytes);
    }
  }

  /** Runs the phases. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("cairn-indexing");
    try {
      new IndexingCost(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))
          .run(directory);
    } finally {
      Samples.delete(directory);
    }
  }

  private void run(Path directory) throws Exception {
    for (int i = 0; i < PARTITIONS; i++) {
      stores.add(
          DocumentStore.open(
              directory.resolve("p" + i),
              pool,
              StoreOptions.defaults(),
              kind -> kind.equals(Samples.KIND) ? description : null,
              () -> Samples.NOW_MICROS));
    }
    phase(directory, "POST, warming up", at -> LINKS + at);
    phase(directory, "PATCH over 1,000, warming up", at -> at % LINKS);
    phase(directory, "POST", at -> LINKS + at);
    phase(directory, "PATCH over 1,000", at -> at % LINKS);
    phase(directory, "PATCH one", _ -> 0);
    stores.forEach(DocumentStore::close);
    pool.close();
  }

  private void phase(Path directory, String name, LongUnaryOperator number) throws Exception {
    stores.forEach(DocumentStore::commit);
    Map<String, Use> before = uses();
    long segments = segments(directory, "_");
    long commits = segments(directory, "segments_");
    Stopwatch watch = new Stopwatch();
    long applying = 0;
    long began = count;
    for (int turn = 1; turn <= seconds * TURNS_A_SECOND; turn++) {
      List<DocumentVersion> versions = new ArrayList<>();
      for (int i = 0; i < rate / TURNS_A_SECOND; i++) {
        versions.add(Samples.version(number.applyAsLong(count), count));
        count++;
      }
      long start = threads.getCurrentThreadCpuTime();
      versions.forEach(this::apply);
      applying += threads.getCurrentThreadCpuTime() - start;
      long due = Duration.ofSeconds(1).toNanos() / TURNS_A_SECOND * turn;
      Stopwatch.pause(Duration.ofNanos(Math.max(0, due - watch.nanos())));
    }
    long updates = count - began;
    System.out.printf(Locale.ROOT, "%s, %d updates%n", name, updates);
    row("applying", new Use(applying, 0), updates);
    uses()
        .forEach(
            (sort, use) -> row(sort, use.minus(before.getOrDefault(sort, new Use(0, 0))), updates));
    System.out.printf(
        Locale.ROOT,
        "  segments written %d, commits %d, files %.1f MB%n",
        segments(directory, "_") - segments,
        segments(directory, "segments_") - commits,
        bytes(directory) / 1e6);
    waits();
  }

  private void apply(DocumentVersion version) {
    int partition = Math.floorMod(version.link().hashCode(), PARTITIONS);
    stores.get(partition).apply(++indexes[partition], version);
  }

  private void waits() {
    long pending = stores.stream().mapToLong(DocumentStore::backlogCount).sum();
    long heap = stores.stream().mapToLong(DocumentStore::backlogBytes).sum();
    Stopwatch watch = new Stopwatch();
    long start = threads.getCurrentThreadCpuTime();
    stores.forEach(DocumentStore::refresh);
    System.out.printf(
        Locale.ROOT,
        "  the next search waits %.1f ms (%.1f ms of its thread) for %d pending versions, %.1f MB%n",
        watch.nanos() / 1e6,
        (threads.getCurrentThreadCpuTime() - start) / 1e6,
        pending,
        heap / 1e6);
  }

  private Map<String, Use> uses() {
    Map<String, Use> uses = new TreeMap<>();
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("cairn-")) {
        String sort = info.getThreadName().replaceAll("-\\d+$", "");
        Use use = new Use(threads.getThreadCpuTime(id), threads.getThreadAllocatedBytes(id));
        uses.merge(sort, use, (a, b) -> new Use(a.nanos + b.nanos, a.bytes + b.bytes));
      }
    }
    return uses;
  }

  private static void row(String sort, Use use, long updates) {
    System.out.printf(
        Locale.ROOT,
        "  %-18s %7.2f us %7d bytes an update%n",
        sort,
        use.nanos / 1e3 / updates,
        use.bytes / updates);
  }

  /** The sum over the partitions of the highest number in the names of files. */
  private static long segments(Path directory, String prefix) throws IOException {
    long sum = 0;
    for (int i = 0; i < PARTITIONS; i++) {
      try (Stream<Path> files = Files.list(directory.resolve("p" + i).resolve("index"))) {
        sum +=
            files
                .map(file -> file.getFileName().toString())
                .filter(file -> file.startsWith(prefix))
                .mapToLong(file -> number(file.substring(prefix.length())))
                .max()
                .orElse(0);
      }
    }
    return sum;
  }

  private static long number(String name) {
    return Long.parseLong(name.replaceAll("[^0-9a-z].*", ""), Character.MAX_RADIX);
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(IndexingCost::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      if (Files.exists(file)) {
        throw new UncheckedIOException(e);
      }
      return 0; // merged away meanwhile
    }
  }
}
