// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/** What the process tells its caller; scripts rely on these numbers. */
public final class ExitCode {
  /** The host did what was asked (2xx), or had nothing new (304). */
  public static final int OK = 0;

  /** The host answered with an error status, or with something other than what was asked for. */
  public static final int REFUSED = 1;

  /** The command line or the input was wrong; nothing was sent. */
  public static final int USAGE = 2;

  /** No answer: the host cannot be reached, is not trusted, or took longer than the time limit. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
