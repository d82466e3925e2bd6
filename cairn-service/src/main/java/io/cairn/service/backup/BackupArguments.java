// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.backup;

import java.util.concurrent.TimeUnit;

/** How a host makes backups. A part of its arguments; not thread-safe. */
public final class BackupArguments {
  /** After how long the next automatic backup is made, in microseconds. */
  public long intervalMicros = TimeUnit.DAYS.toMicros(1);

  /** How many of the last automatic backups are kept at least. */
  public int keepLast = 7;

  /** Automatic backups of the last so many days are kept, too. */
  public int keepDays;

  /** Each so manyth automatic backup has all files; those between have what is new. 1: all do. */
  public int fullEvery = 7;

  /** How much is copied, or restored, in a second at most, in bytes. */
  public long bytesPerSecond = 64L << 20;

  /** Whether others than this machine may have the host back up and restore. */
  public boolean remote;

  /** Returns the same settings, which whoever made these may not change any more. */
  public BackupArguments copy() {
    BackupArguments copy = new BackupArguments();
    copy.intervalMicros = intervalMicros;
    copy.keepLast = keepLast;
    copy.keepDays = keepDays;
    copy.fullEvery = fullEvery;
    copy.bytesPerSecond = bytesPerSecond;
    copy.remote = remote;
    return copy;
  }
}
