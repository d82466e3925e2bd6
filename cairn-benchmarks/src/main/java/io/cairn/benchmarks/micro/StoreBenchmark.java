// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.micro;

import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One partition's store: applying updates to 1,000 documents, and looking documents up. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class StoreBenchmark {

  private static final int LINKS = 1_000;
  private static final int DOCUMENTS = 100_000;

  private final Opened opened = new Opened();
  private long index = DOCUMENTS;

  /** What each trial opens and removes again. */
  private static final class Opened {
    private final Path directory = temporary();
    private final StorePool pool =
        StorePool.forThisMachine(StoreRoom.UNLIMITED, new Stopwatch()::nanos);
    private final DocumentStore store =
        DocumentStore.open(
            directory, pool, StoreOptions.defaults(), kind -> null, () -> Samples.NOW_MICROS);

    private static Path temporary() {
      try {
        return Files.createTempDirectory("cairn-store-benchmark");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Fills the store. */
  @Setup(Level.Trial)
  public void fill() {
    for (int i = 0; i < DOCUMENTS; i++) {
      opened.store.apply(i + 1L, Samples.version(i, 0));
    }
    opened.store.commit();
  }

  /** Removes the store. */
  @TearDown(Level.Trial)
  public void close() {
    opened.store.close();
    opened.pool.close();
    Samples.delete(opened.directory);
  }

  /** Applying, with the indexing behind it pushing back. */
  @Benchmark
  public void apply() {
    long at = ++index;
    opened.store.apply(at, Samples.version(at % LINKS, at));
  }

  /** A document that was looked up lately. */
  @Benchmark
  public @Nullable DocumentVersion lookUpHot() {
    return opened.store.latest(Samples.link(LINKS + 1));
  }

  /** Any of 100,000 documents. */
  @Benchmark
  public @Nullable DocumentVersion lookUpAny() {
    return opened.store.latest(Samples.link(ThreadLocalRandom.current().nextInt(DOCUMENTS)));
  }

  /** A link that has no document, as every create asks for. */
  @Benchmark
  public @Nullable DocumentVersion lookUpAbsent() {
    return opened.store.latest(
        Samples.link(DOCUMENTS + ThreadLocalRandom.current().nextInt(1 << 30)));
  }
}
