// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.logging;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the log of its class through SLF4J, with the levels of the JDK, which authors' code
 * names: SEVERE is an error, WARNING a warning, INFO information, CONFIG and FINE are debug, what
 * is finer is trace, OFF is nothing. Thread-safe.
 */
public abstract class LogSource {

  protected LogSource() {}

  /** What stands in front of each message, to tell objects of one class apart; may be empty. */
  protected abstract String logPrefix();

  /** Writes a message; it is a format string when arguments are given. */
  public void log(Level level, String message, @Nullable Object... args) {
    write(LoggerFactory.getLogger(getClass()), level, () -> logPrefix() + format(message, args));
  }

  /** Writes a message, building it only when it is written. */
  public void log(Level level, Supplier<String> message) {
    write(LoggerFactory.getLogger(getClass()), level, () -> logPrefix() + message.get());
  }

  /** Without arguments a message is no format string: it may hold percent signs of its own. */
  @SuppressWarnings("AnnotateFormatMethod")
  public static String format(String message, @Nullable Object... args) {
    return args.length == 0 ? message : String.format(Locale.ROOT, message, args);
  }

  /** Writes a message to a logger, building it only when it is written. */
  public static void write(Logger logger, Level level, Supplier<String> message) {
    int rank = level.intValue();
    org.slf4j.event.Level named =
        rank >= Level.SEVERE.intValue()
            ? org.slf4j.event.Level.ERROR
            : rank >= Level.WARNING.intValue()
                ? org.slf4j.event.Level.WARN
                : rank >= Level.INFO.intValue()
                    ? org.slf4j.event.Level.INFO
                    : rank >= Level.FINE.intValue()
                        ? org.slf4j.event.Level.DEBUG
                        : org.slf4j.event.Level.TRACE;
    if (rank != Level.OFF.intValue()) {
      logger.atLevel(named).log(message);
    }
  }
}
