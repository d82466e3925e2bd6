// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Where this process runs. */
public final class Cores {

  private static final long PATIENCE_SECONDS = 10;

  private Cores() {}

  /** All cores of the machine, as taskset wants them. */
  public static String all() {
    return "0-" + (Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * Keeps all threads of this process on some cores.
   *
   * @return whether that was possible
   */
  public static boolean keepTo(String cores) throws InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      Process taskset =
          new ProcessBuilder("taskset", "-apc", cores, pid)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return taskset.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && taskset.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
