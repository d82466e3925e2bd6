// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Locale;

/**
 * Says how far something is: to a person at a terminal in one line that changes, to a log in few
 * lines. For one thread.
 */
final class ProgressLine {
  private final StandardStreams streams;
  private String logged = "";
  private int width;

  ProgressLine(StandardStreams streams) {
    this.streams = streams;
  }

  /**
   * Shows how far it is.
   *
   * @param exact for a person
   * @param coarse for a log, which gets it when it has changed; empty for nothing
   */
  void show(String exact, String coarse) {
    if (streams.outIsTerminal()) {
      streams.err().print("\r" + exact + " ".repeat(Math.max(0, width - exact.length())));
      streams.err().flush();
      width = exact.length();
    } else if (!coarse.isEmpty() && !coarse.equals(logged)) {
      logged = coarse;
      streams.err().println(coarse);
    }
  }

  /** Prints a line that stays. */
  void say(String text) {
    clear();
    streams.err().println(text);
  }

  /** Takes away what changes. */
  void clear() {
    if (width > 0) {
      streams.err().print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }

  /** Which tenth of a whole is done, such as 30%; empty if nobody knows the whole. */
  static String tenth(long done, long total) {
    return total <= 0 ? "" : done * 10 / total * 10 + "%";
  }

  static String size(long bytes) {
    if (bytes < 1 << 20) {
      return "%d KiB".formatted((bytes + 1023) >> 10);
    }
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
