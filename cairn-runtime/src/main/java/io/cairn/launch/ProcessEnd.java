// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.launch.exit.HostExit;
import io.cairn.launch.logging.ProcessLog;
import io.cairn.service.ServiceHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Ties a host to the end of the process. Thread-safe. */
public final class ProcessEnd {

  /** Requests, handover and farewell have limits of their own, which make half of this. */
  private static final long STOP_SECONDS = 60;

  private final ServiceHost host;
  private final Logger log;
  private volatile Runnable farewell = () -> {};
  private final Thread hook = Thread.ofPlatform().name("cairn-stop").unstarted(this::stop);

  private ProcessEnd(ServiceHost host, Logger log) {
    this.host = host;
    this.log = log;
  }

  /**
   * Stops the host when the process is told to end, also while it starts.
   *
   * @param host not started yet
   */
  public static ProcessEnd tie(ServiceHost host, Logger log) {
    ProcessEnd end = new ProcessEnd(host, log);
    // A client's wish to stop ends the process as a signal does.
    host.setStopHandler(() -> System.exit(HostExit.STOPPED));
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  /**
   * Leaves the end of the process to the caller, because the host did not start.
   *
   * @return false if the process has been told to end, and that decides about the exit code
   */
  public boolean untie() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return false;
    }
  }

  /** Has something done before the host is stopped, within the same time. */
  public void beforeStop(Runnable task) {
    farewell = task;
  }

  /** Ends the process when the host, which has started, can no longer write. */
  public void watchLog() {
    host.onFatal(
        failure -> {
          log.error(
              "The log has failed: {}. Everything acknowledged is safe; see that the disk has room"
                  + " and works, then start again",
              failure.toString());
          // No orderly stop: it would try to write.
          Runtime.getRuntime().halt(HostExit.LOG_FAILED);
        });
  }

  private void stop() {
    CompletableFuture.delayedExecutor(STOP_SECONDS, TimeUnit.SECONDS)
        .execute(
            () -> {
              log.error("The host did not stop within {} s", STOP_SECONDS);
              Runtime.getRuntime().halt(HostExit.FAILED);
            });
    farewell.run();
    host.stop();
    log.info("Cairn stopped");
    ProcessLog.flushAccess();
    // A JVM that a signal ends says 143; a supervisor should see success.
    Runtime.getRuntime().halt(HostExit.STOPPED);
  }
}
