// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Ends this process in order when its standard input ends. Whoever started it holds the other end
 * of that pipe, and lets go of it even when killed.
 */
public final class LifeLine {
  private static final long STOP_SECONDS = 60;

  private LifeLine() {}

  /** Follows an input from now on. */
  public static void hold(InputStream in, Logger log) {
    var _ = Thread.ofPlatform().daemon().name("cairn-life-line").start(() -> follow(in, log));
  }

  private static void follow(InputStream in, Logger log) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
      log.info("Standard input has ended, stopping");
    } catch (IOException e) {
      log.info("Standard input is broken, stopping: {}", e.getMessage());
    }
    // Nobody is left to kill a host that does not manage to stop.
    CompletableFuture.delayedExecutor(STOP_SECONDS, TimeUnit.SECONDS)
        .execute(() -> Runtime.getRuntime().halt(HostExit.FAILED));
    System.exit(HostExit.STOPPED);
  }
}
