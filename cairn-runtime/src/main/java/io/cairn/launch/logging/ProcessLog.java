// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import io.cairn.launch.settings.AccessFile;
import io.cairn.launch.settings.LogFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Sets up what the process logs with: Logback if it is there, anything else as it comes. Logback's
 * classes are not touched where it is not on the class path.
 */
public final class ProcessLog {
  private static final String PROVIDER = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";
  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";
  private static final String COORDINATES = "ch.qos.logback:logback-classic";

  private ProcessLog() {}

  /** Keeps SLF4J from telling of a missing backend too; before the first logger is made. */
  public static void prepare() {
    if (ProcessLog.class.getClassLoader().getResource(PROVIDER) == null) {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
    }
  }

  /**
   * Sets it up.
   *
   * @param chosen whether somebody said how to log, who should hear if that cannot be
   * @param honoursFiles whether a {@code logback.xml} of the application's decides
   * @return what to tell, if the log is not as it was chosen
   */
  public static Optional<String> write(
      LogFormat format, String level, boolean chosen, boolean honoursFiles) {
    if (isMissing()) {
      JdkLogBridge.install(); // Libraries would write to standard error what nobody asked for.
      return Optional.of(
          "nothing is logged, because no logging backend is on the class path; add the dependency "
              + COORDINATES
              + (chosen ? ", which logFormat and logLevel need" : ""));
    }
    String backend = LoggerFactory.getILoggerFactory().getClass().getName();
    if (!backend.equals(LOGBACK)) {
      return chosen
          ? Optional.of(
              "logFormat and logLevel have no effect: they need "
                  + COORDINATES
                  + ", and the log is written by "
                  + backend)
          : Optional.empty();
    }
    if (honoursFiles && hasFile()) {
      JdkLogBridge.install();
      return chosen
          ? Optional.of("logFormat and logLevel have no effect: the application has a logback.xml")
          : Optional.empty();
    }
    EventLog.write(format, level);
    return Optional.empty();
  }

  /**
   * Has requests written to a file of their own, and nowhere else.
   *
   * @param access that file; null for none
   * @return what to tell, if that cannot be
   */
  public static Optional<String> writeAccess(@Nullable AccessFile access, LogFormat format) {
    if (access == null) {
      return Optional.empty();
    }
    if (!isLogback()) {
      return Optional.of(
          "accessLog has no effect: it needs " + COORDINATES + " to write that file");
    }
    return EventLog.writeAccess(access, format);
  }

  /** Writes the requests that wait to be written; for a process that is about to end. */
  public static void flushAccess() {
    if (isLogback()) {
      EventLog.flushAccess();
    }
  }

  /** Has lines in JSON say from now on which node they are of. */
  public static void ofNode(String id) {
    if (isLogback()) {
      EventLog.ofNode(id);
    }
  }

  static boolean isLogback() {
    return LoggerFactory.getILoggerFactory().getClass().getName().equals(LOGBACK);
  }

  /** Returns whether nothing is logged at all. */
  public static boolean isMissing() {
    return LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory;
  }

  private static boolean hasFile() {
    ClassLoader classes = ProcessLog.class.getClassLoader();
    return classes.getResource("logback-test.xml") != null
        || classes.getResource("logback.xml") != null;
  }
}
