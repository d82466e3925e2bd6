// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The time of day of one process, which can be made to step: by libfaketime, which Debian has as
 * the package {@code faketime}. Clocks that only go forward are left alone, as a step leaves them.
 *
 * @param file says by how much the clock differs; read by the process
 */
record NodeClock(Path file) {

  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final String NAME = "libfaketimeMT.so.1";

  /** The library, if the machine has it. */
  static Optional<Path> library() {
    try (Stream<Path> files = Files.find(LIBRARIES, 3, (path, _) -> path.endsWith(NAME))) {
      return files.findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** What the process's environment needs. */
  Map<String, String> environment(Path library) {
    step(0);
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // Otherwise it takes waits on a monotonic clock for ones in its own time, and they spin.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
        "NO_FAKE_STAT", "1");
  }

  /** Has the clock differ by so many seconds from now on. */
  void step(long seconds) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(fresh, (seconds < 0 ? "" : "+") + seconds + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
