// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.logging;

import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What services log with. Thread-safe. */
public abstract class ServiceLog extends LogSource {

  protected ServiceLog() {}

  /** Logs a failure at error level, with its stack trace. */
  public void logSevere(Throwable failure) {
    LoggerFactory.getLogger(getClass()).error("{}{}", logPrefix(), failure.getMessage(), failure);
  }

  /** Logs at error level; the message is a format string when arguments are given. */
  public void logSevere(String message, @Nullable Object... args) {
    log(Level.SEVERE, message, args);
  }

  /** Logs at error level, building the message only when it is written. */
  public void logSevere(Supplier<String> message) {
    log(Level.SEVERE, message);
  }

  /** Logs at warning level; the message is a format string when arguments are given. */
  public void logWarning(String message, @Nullable Object... args) {
    log(Level.WARNING, message, args);
  }

  /** Logs at warning level, building the message only when it is written. */
  public void logWarning(Supplier<String> message) {
    log(Level.WARNING, message);
  }

  /** Logs at information level; the message is a format string when arguments are given. */
  public void logInfo(String message, @Nullable Object... args) {
    log(Level.INFO, message, args);
  }

  /** Logs at information level, building the message only when it is written. */
  public void logInfo(Supplier<String> message) {
    log(Level.INFO, message);
  }

  /** Logs at debug level; the message is a format string when arguments are given. */
  public void logFine(String message, @Nullable Object... args) {
    log(Level.FINE, message, args);
  }

  /** Logs at debug level, building the message only when it is written. */
  public void logFine(Supplier<String> message) {
    log(Level.FINE, message);
  }
}
