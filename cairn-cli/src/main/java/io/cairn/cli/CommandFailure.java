// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/** Ends a command with one line for the user and an exit code. */
final class CommandFailure extends RuntimeException {
  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The user has to write the command or its input differently; nothing was sent. */
  static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /** The host gave no answer. */
  static CommandFailure unreachable(String message) {
    return new CommandFailure(ExitCode.UNREACHABLE, message);
  }

  /** The host answered, but not with what was asked for. */
  static CommandFailure refused(String message) {
    return new CommandFailure(ExitCode.REFUSED, message);
  }

  /** The same failure, and what to do about it. */
  CommandFailure with(String advice) {
    return new CommandFailure(exitCode, reason() + "; " + advice);
  }

  int exitCode() {
    return exitCode;
  }

  /** The message; a failure always has one. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
