// SPDX-License-Identifier: Apache-2.0
package io.cairn.application;

import java.util.ServiceLoader;

/**
 * Runs an application as a process, with all that {@code ./cairn start} has: settings from the
 * command line, the environment and a file, {@code --help}, exit codes, logs, several nodes.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   Cairn.run(args, app -> {
 *     Supplier<Integer> limit = app.setting("orders.limit", 100, "orders of one customer");
 *     app.serve(Orders.service(limit));
 *   });
 * }
 * }</pre>
 */
public final class Cairn {

  private Cairn() {}

  /**
   * Starts a host with an application, and ends the process with an exit code when the host has
   * stopped or could not start. Does not return.
   *
   * @param args as {@code ./cairn start} takes them
   */
  public static void run(String[] args, Application application) {
    System.exit(launcher().launch(args, application));
  }

  private static Launcher launcher() {
    return ServiceLoader.load(Launcher.class, Launcher.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No runtime is on the class path: add the dependency io.cairn:cairn-runtime"));
  }
}
