// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warns of what others can cause as often as they like: once a minute for each kind, in one line,
 * with the number of times that were left out. The stack trace is for those who log at debug.
 * Thread-safe; guarded by this.
 */
public final class RepeatedWarnings {
  private static final int MOST_KINDS = 100;
  private static final int LONGEST_TEXT = 300;

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Map<String, Kind> kinds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
          return size() > MOST_KINDS;
        }
      };

  private static final class Kind {
    private final OncePerMinute turn;
    private long leftOut;

    private Kind(LongSupplier nanoTime) {
      turn = new OncePerMinute(nanoTime);
    }
  }

  /** Warns in the name of a logger. */
  public RepeatedWarnings(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /**
   * Warns, unless it has just done so.
   *
   * @param kind what happened, and who did it
   * @param cause why; both texts may be anybody's, and are cut and freed of control characters
   */
  public void warn(String kind, Throwable cause) {
    long leftOut = due(kind);
    if (leftOut >= 0) {
      log.warn("{}{}", printable(kind + ": " + cause), more(leftOut));
    }
    log.debug("{}", kind, cause);
  }

  /**
   * Tells of a defect in this process that others can run into as often as they like, as seldom,
   * but with its stack trace.
   *
   * @param kind which defect
   * @param text what happened
   */
  public void error(String kind, String text, Throwable cause) {
    long leftOut = due(kind);
    if (leftOut >= 0) {
      log.error("{}{}", printable(text), more(leftOut), cause);
    }
  }

  private static String more(long leftOut) {
    return leftOut == 0 ? "" : " (%d times more since this was last told)".formatted(leftOut);
  }

  private synchronized long due(String name) {
    Kind kind = kinds.computeIfAbsent(name, _ -> new Kind(nanoTime));
    if (!kind.turn.isDue()) {
      kind.leftOut++;
      return -1;
    }
    long leftOut = kind.leftOut;
    kind.leftOut = 0;
    return leftOut;
  }

  /** Returns a text from outside in one line that forges no other. */
  public static String printable(String text) {
    String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
