// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.cairn.launch.settings.LogFormat;
import java.util.Map;
import java.util.logging.LogManager;
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
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n%ex{full}";

  private static final Map<String, Level> LIBRARIES =
      Map.of(
          // It warns at every orderly stop.
          "io.microraft", Level.ERROR,
          // It takes a transfer that has ended meanwhile for an error.
          "io.microraft.impl.task.TransferLeadershipTask", Level.OFF,
          "io.netty", Level.WARN,
          "org.apache.lucene", Level.WARN,
          // It recommends an incubating module, which would cost the fast start.
          "org.apache.lucene.internal.vectorization", Level.ERROR);

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
    console.setEncoder(encoder(format, context));
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

  private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    return switch (format) {
      case TEXT -> {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(LINE);
        text.start();
        yield text;
      }
      case JSON -> {
        JsonEncoder json = new JsonEncoder();
        json.setContext(context);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithFormattedMessage(true);
        json.start();
        yield json;
      }
    };
  }
}
