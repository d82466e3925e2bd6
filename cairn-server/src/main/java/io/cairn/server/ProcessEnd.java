// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.host.ServiceHost;
import org.slf4j.Logger;

/** Ties a host to the end of the process. */
final class ProcessEnd {

  private ProcessEnd() {}

  /**
   * Stops the host when the process is told to end, and ends the process when the host can no longer
   * write.
   */
  static void tie(ServiceHost host, Logger log) {
    // A client's wish to stop ends the process as a signal does.
    host.setStopHandler(() -> System.exit(ServerExit.STOPPED));
    host.onFatal(
        failure -> {
          log.error(
              "The log has failed: {}. Everything acknowledged is safe; see that the disk has room"
                  + " and works, then start again",
              failure.toString());
          // No orderly stop: it would try to write.
          Runtime.getRuntime().halt(ServerExit.LOG_FAILED);
        });
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("cairn-stop")
                .unstarted(
                    () -> {
                      host.stop();
                      log.info("Cairn stopped");
                      // A JVM that a signal ends says 143; a supervisor should see success.
                      Runtime.getRuntime().halt(ServerExit.STOPPED);
                    }));
  }
}
