// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.exit;

import io.cairn.launch.settings.ConfigurationException;

/** What a host's process tells its caller; scripts and supervisors rely on these numbers. */
public final class HostExit {
  /** It was told to stop, and did. */
  public static final int STOPPED = 0;

  /** Something that has no number of its own. */
  public static final int FAILED = 1;

  /** The settings cannot be used; nothing was started. */
  public static final int USAGE = 2;

  /** The port is taken. */
  public static final int PORT_TAKEN = 3;

  /**
   * The data are in use by another process, damaged, or cannot be read or written; or the
   * configuration file, or a class that is named, cannot be used.
   */
  public static final int DATA_UNUSABLE = 4;

  /**
   * The log failed while the host ran: the disk is full or broken. Nothing acknowledged is lost.
   */
  public static final int LOG_FAILED = 5;

  private HostExit() {}

  /** What settings that cannot be used end a command with. */
  public static int of(ConfigurationException failure) {
    return failure.isUsage() ? USAGE : DATA_UNUSABLE;
  }
}
