// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the operating system to their end. */
final class Command {

  private static final int LIMIT_SECONDS = 20;

  /** What came of a command. */
  record Outcome(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  private Command() {}

  /** Runs a command; one that does not exist has failed. */
  static Outcome attempt(List<String> words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Outcome(-1, "no end after " + LIMIT_SECONDS + " s: " + output);
      }
      return new Outcome(process.exitValue(), output.strip());
    } catch (IOException e) {
      return new Outcome(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(-1, "interrupted");
    }
  }

  /** Runs a command, words separated by blanks. */
  static Outcome attempt(String line) {
    return attempt(List.of(line.split(" ")));
  }

  /**
   * Runs a command.
   *
   * @throws IllegalStateException if it fails; the message holds what it said
   */
  static String run(String line) {
    Outcome outcome = attempt(line);
    if (!outcome.succeeded()) {
      throw new IllegalStateException(line + ": " + outcome.output());
    }
    return outcome.output();
  }
}
