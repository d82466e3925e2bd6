// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** How many files and connections this process may have open. */
final class OpenFiles {

  /** Each partition's index takes some dozens, each connection one. */
  static final long ENOUGH = 4_096;

  private OpenFiles() {}

  /** Returns what is wrong with the limit of this process, and what to do. */
  static Optional<String> concern() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? concern(unix.getMaxFileDescriptorCount())
        : Optional.empty();
  }

  static Optional<String> concern(long limit) {
    return limit < 0 || limit >= ENOUGH
        ? Optional.empty()
        : Optional.of(
            ("This process may have %d files and connections open (ulimit -n), which is few: documents cannot be"
                    + " kept and clients not be served beyond that. Allow at least %d, better 65536")
                .formatted(limit, ENOUGH));
  }
}
