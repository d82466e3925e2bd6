// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last warnings and errors that were logged in this process, for the messages of tests
 * that fail. Does so if Logback does the logging; nothing otherwise. Thread-safe.
 */
public abstract class LogTail implements AutoCloseable {

  private static final int KEPT = 20;

  private LogTail() {}

  /** Begins to listen. */
  public static LogTail listen() {
    return LoggerFactory.getILoggerFactory()
            .getClass()
            .getName()
            .equals("ch.qos.logback.classic.LoggerContext")
        ? OfLogback.begin()
        : new None();
  }

  /** What was logged, in lines that follow a message; empty if nothing was. */
  public abstract String text();

  /** Listens no longer. */
  @Override
  public abstract void close();

  /** Hears nothing. */
  private static final class None extends LogTail {
    @Override
    public String text() {
      return "";
    }

    @Override
    public void close() {
      // It has not begun.
    }
  }

  /** Loaded only where Logback is, which the test kit does not bring. */
  private static final class OfLogback extends LogTail {
    private final Deque<String> lines = new ArrayDeque<>();
    private final Logger root;
    private final AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
              keep(
                  "%s %s: %s"
                      .formatted(
                          event.getLevel(), event.getLoggerName(), event.getFormattedMessage()));
            }
          }
        };

    private OfLogback(Logger root) {
      this.root = root;
    }

    static LogTail begin() {
      LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
      OfLogback tail = new OfLogback(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
      tail.appender.setContext(context);
      tail.appender.start();
      tail.root.addAppender(tail.appender);
      return tail;
    }

    private synchronized void keep(String line) {
      lines.addLast(line);
      if (lines.size() > KEPT) {
        lines.removeFirst();
      }
    }

    @Override
    public synchronized String text() {
      return lines.isEmpty()
          ? ""
          : "\nMeanwhile this process logged:\n  " + String.join("\n  ", lines);
    }

    @Override
    public void close() {
      root.detachAppender(appender);
      appender.stop();
    }
  }
}
