// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.HdrHistogram.Histogram;

/** Measures how long the disk takes to make 4 KiB durable. */
public final class DiskProbe {

  private static final int WRITES = 2_000;
  private static final int BYTES = 4096;

  private DiskProbe() {}

  /** Times of writing and forcing, one after the other, in microseconds. */
  public static Histogram forceMicros(Path directory) throws IOException {
    Path file = directory.resolve("probe");
    Histogram times = new Histogram(60_000_000, 3);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(BYTES);
      for (int i = 0; i < WRITES; i++) {
        channel.write(zeros.clear(), (long) i * BYTES);
      }
      channel.force(true);
      for (int i = 0; i < WRITES; i++) {
        Stopwatch begun = new Stopwatch();
        channel.write(zeros.clear(), (long) i * BYTES);
        channel.force(false);
        times.recordValue(begun.nanos() / 1000);
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return times;
  }
}
