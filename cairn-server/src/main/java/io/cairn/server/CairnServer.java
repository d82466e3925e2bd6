// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.util.stream.Stream;

/**
 * What {@code java -jar} runs. Without a command it starts a host, so that {@code java -jar
 * cairn-server.jar --port=8000} does; with one it is {@link CairnCommands}.
 */
public final class CairnServer {

  private CairnServer() {}

  /** Starts a host, or runs the command that is named. */
  public static void main(String[] args) {
    CairnCommands.main(
        isSettingsOnly(args)
            ? Stream.concat(Stream.of("start"), Stream.of(args)).toArray(String[]::new)
            : args);
  }

  private static boolean isSettingsOnly(String[] args) {
    return args.length == 0 || (args[0].startsWith("--") && !args[0].equals("--version"));
  }
}
