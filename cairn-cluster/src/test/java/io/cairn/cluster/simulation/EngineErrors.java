// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import org.slf4j.LoggerFactory;

/**
 * Tells of exceptions that the consensus engine catches, logs and forgets: a replica that throws at
 * every message only looks slow from outside. One is right where the disk has failed.
 */
final class EngineErrors extends AppenderBase<ILoggingEvent> {

  private static final ThreadLocal<SimulatedProcess> RUNNING = new ThreadLocal<>();
  private static final EngineErrors LISTENER = new EngineErrors();

  private EngineErrors() {}

  /** Hears of errors only, and prints nothing. */
  static synchronized void listen() {
    Logger engine = (Logger) LoggerFactory.getLogger("io.microraft");
    engine.setLevel(Level.ERROR);
    engine.setAdditive(false);
    if (!LISTENER.isStarted()) {
      LISTENER.start();
      engine.addAppender(LISTENER);
    }
  }

  /** From now on this process runs on this thread; null for none. */
  static void running(SimulatedProcess process) {
    RUNNING.set(process);
  }

  @Override
  protected void append(ILoggingEvent event) {
    SimulatedProcess process = RUNNING.get();
    if (process != null && event.getThrowableProxy() instanceof ThrowableProxy proxy) {
      Throwable thrown = proxy.getThrowable();
      if (!comesFromDisk(thrown)) {
        process.engineFailed(thrown);
      }
    }
  }

  private static boolean comesFromDisk(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }
}
