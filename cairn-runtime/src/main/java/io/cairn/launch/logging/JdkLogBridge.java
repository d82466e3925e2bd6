// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what libraries write to {@code java.util.logging} into the log of the process. */
final class JdkLogBridge extends Handler {

  private final SimpleFormatter formatter = new SimpleFormatter();

  private JdkLogBridge() {}

  /** Takes all that the process writes there, and only that. */
  static void install() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new JdkLogBridge());
  }

  @Override
  public void publish(LogRecord event) {
    String name = event.getLoggerName() == null ? "jdk" : event.getLoggerName();
    Logger log = LoggerFactory.getLogger(name);
    int level = event.getLevel().intValue();
    String message = formatter.formatMessage(event);
    if (level >= Level.SEVERE.intValue()) {
      log.error(message, event.getThrown());
    } else if (level >= Level.WARNING.intValue()) {
      log.warn(message, event.getThrown());
    } else if (level >= Level.INFO.intValue()) {
      log.info(message, event.getThrown());
    } else {
      log.debug(message, event.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
