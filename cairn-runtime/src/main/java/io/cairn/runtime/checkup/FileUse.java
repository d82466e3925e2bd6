// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many files and connections a process has open, and may.
 *
 * @param open those that are open
 * @param limit how many there may be; negative if that is not known
 * @param enough how many there should be at least
 */
public record FileUse(long open, long limit, long enough) {

  /** As it is now. */
  public static FileUse ofThisProcess(long enough) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? new FileUse(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount(), enough)
        : new FileUse(0, -1, enough);
  }

  /** Says what is wrong; null if nothing is. */
  @Nullable String concern() {
    if (limit >= 0 && open > limit / 5 * 4) {
      return "Of %d files and connections that this process may have open, %d are"
          .formatted(limit, open);
    }
    return limit >= 0 && limit < enough
        ? "This process may have %d files and connections open, which is few: it should be %d at least"
            .formatted(limit, enough)
        : null;
  }
}
