// SPDX-License-Identifier: Apache-2.0
package io.cairn.application;

/** Starts processes of hosts. Applications do not call it; the runtime has one. */
public interface Launcher {

  /**
   * Runs a host until the process is told to end.
   *
   * @param args as {@code ./cairn start} takes them
   * @return the exit code of the process
   */
  int launch(String[] args, Application application);
}
