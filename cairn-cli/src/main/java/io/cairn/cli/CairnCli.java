// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Map;

/** Runs the client alone, without a server's commands. */
public final class CairnCli {
  private CairnCli() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), StandardStreams.ofProcess()));
  }

  /**
   * Runs one command in this process.
   *
   * @return one of {@link ExitCode}'s numbers
   */
  public static int run(String[] args, Map<String, String> environment, StandardStreams streams) {
    return CairnCommand.create(environment, streams).execute(args);
  }
}
