// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.cairn.launch.settings.AccessFile;
import io.cairn.launch.settings.LogFormat;
import io.cairn.runtime.tracing.RequestLogging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging for the process: one line for each event, on standard output. Libraries are heard
 * from {@code WARN} on. Who wants something else gives {@code -Dlogback.configurationFile}, which
 * is then left alone.
 */
public final class EventLog {

  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%replace( %kvp){'^ $', ''}%n%ex{full}";

  /** How often the size of a file of requests is looked at, while it is written. */
  private static final double CHECK_MILLIS = 100;

  /** Requests that wait to be written. */
  private static final int MOST_WAITING = 16_384;

  private static final String ACCESS_LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %kvp{DOUBLE}%n";

  private static final Map<String, Level> LIBRARIES =
      Map.of(
          // It warns at every orderly stop.
          "io.microraft", Level.ERROR,
          // It takes a transfer that has ended meanwhile for an error.
          "io.microraft.impl.task.TransferLeadershipTask", Level.OFF,
          "io.netty", Level.WARN,
          "org.apache.lucene", Level.WARN,
          // It recommends an incubating module, which would cost the fast start.
          "org.apache.lucene.internal.vectorization", Level.ERROR,
          // It tells its version.
          "org.hibernate.validator", Level.WARN);

  private EventLog() {}

  /** Logs to standard output. */
  public static void write(LogFormat format, String level) {
    LoggerContext context = context();
    JdkLogBridge.install();
    if (System.getProperty("logback.configurationFile") != null) {
      return;
    }
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder(format, LINE, context));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(level, Level.INFO));
    root.addAppender(console);
    LIBRARIES.forEach((name, quiet) -> context.getLogger(name).setLevel(quiet));
  }

  /** Logs nothing: for commands whose output is data. */
  public static void silence() {
    LogManager.getLogManager().reset();
    LoggerContext context = context();
    context.reset();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  private static LoggerContext context() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      return context;
    }
    throw new IllegalStateException("the server needs Logback, and found " + factory.getClass());
  }

  /**
   * Writes requests to a file, which is renamed when it is large enough.
   *
   * @return why it cannot be written
   */
  static Optional<String> writeAccess(AccessFile access, LogFormat format) {
    Path file = access.file().toAbsolutePath();
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
      return Optional.of(
          "accessLog has no effect: " + directory + " is not a directory that can be written to");
    }
    LoggerContext context = context();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder(format, ACCESS_LINE, context));
    FixedWindowRollingPolicy names =
        new FixedWindowRollingPolicy() {
          @Override
          protected int getMaxWindowSize() {
            return access.kept(); // else it keeps no more than 21, and does not say so
          }
        };
    names.setContext(context);
    names.setParent(appender);
    names.setFileNamePattern(file + ".%i");
    names.setMinIndex(1);
    names.setMaxIndex(access.kept());
    names.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(access.bytes()));
    size.setCheckIncrement(Duration.buildByMilliseconds(CHECK_MILLIS));
    size.start();
    appender.setRollingPolicy(names);
    appender.setTriggeringPolicy(size);
    appender.start();
    ch.qos.logback.classic.Logger requests = context.getLogger(RequestLogging.ACCESS);
    requests.setAdditive(false);
    requests.setLevel(Level.INFO);
    requests.addAppender(behind(appender, context));
    return Optional.empty();
  }

  /**
   * Has a thread of its own write, because event loops must not wait for a disk. What it cannot
   * follow is left out.
   */
  private static AsyncAppender behind(Appender<ILoggingEvent> writer, LoggerContext context) {
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName("cairn-access-log");
    queue.setQueueSize(MOST_WAITING);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.addAppender(writer);
    queue.start();
    return queue;
  }

  /** Writes what waits to be written. */
  static void flushAccess() {
    context().getLogger(RequestLogging.ACCESS).detachAndStopAllAppenders();
  }

  /** The levels of the loggers that have one of their own. */
  static Map<String, String> ownLevels() {
    Map<String, String> levels = new TreeMap<>();
    for (ch.qos.logback.classic.Logger logger : context().getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger.getName(), logger.getLevel().toString());
      }
    }
    return levels;
  }

  static void setLevel(String logger, @Nullable String level) {
    context().getLogger(logger).setLevel(level == null ? null : Level.toLevel(level));
  }

  /** Has lines in JSON name this node. */
  static void ofNode(String id) {
    context().putProperty(JsonLines.NODE, id);
  }

  private static Encoder<ILoggingEvent> encoder(
      LogFormat format, String pattern, LoggerContext context) {
    return switch (format) {
      case TEXT -> {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(pattern);
        text.start();
        yield text;
      }
      case JSON -> {
        JsonLines json = new JsonLines();
        json.setContext(context);
        json.start();
        yield json;
      }
    };
  }
}
