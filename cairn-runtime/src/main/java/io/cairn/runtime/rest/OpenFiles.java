// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many files and connections this process may have open, and how many of those clients may
 * take. The rest is for the store, the log and the peers: a store that cannot open a file fails for
 * good.
 *
 * @param limit the process's own limit; negative if there is none to be known
 */
public record OpenFiles(long limit) {

  /** Each partition's index takes some dozens, each connection one. */
  public static final long ENOUGH = 4_096;

  static OpenFiles ofThisProcess() {
    return new OpenFiles(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : -1);
  }

  /** Returns how many connections clients may have: as many as are wanted, if there are so many. */
  int connections(int wanted) {
    if (limit < 0) {
      return wanted;
    }
    long reserve = Math.min(limit / 2, ENOUGH);
    return Math.clamp(limit - reserve, 1, wanted);
  }

  /** Returns what is wrong with the limit, and what to do. */
  Optional<String> concern(int wanted) {
    return limit < 0 || limit >= ENOUGH
        ? Optional.empty()
        : Optional.of(
            ("This process may have %d files and connections open (ulimit -n), which is few: of %d connections"
                    + " (maxConnections) it takes %d, and the rest is for its documents and peers."
                    + " Allow at least %d, better 65536")
                .formatted(limit, wanted, connections(wanted), ENOUGH));
  }
}
