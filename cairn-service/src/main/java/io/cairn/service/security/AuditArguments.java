// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a host notes of who did what. A part of its arguments; not thread-safe. */
public final class AuditArguments {

  /** How much is noted. */
  public enum Extent {
    /** Nothing. */
    NONE,
    /** Logins, refusals, and what changes accounts, the group, backups or the host. */
    SECURITY,
    /** Every update that a client asks for, too. */
    ALL
  }

  /** How much is noted; if absent, what security is about where authorization is on. */
  public @Nullable Extent extent;

  /** How long the documents are kept, in microseconds. */
  public long retentionMicros = TimeUnit.DAYS.toMicros(90);

  /** How many documents the group keeps; the oldest go first. */
  public int maxRecords = 1_000_000;

  /** How much this host's files hold together, in bytes; the oldest go first. */
  public int fileBytes = 100 << 20;

  /**
   * How much is noted.
   *
   * @param authorized whether clients have to say who they are
   */
  public Extent extent(boolean authorized) {
    if (extent != null) {
      return extent;
    }
    return authorized ? Extent.SECURITY : Extent.NONE;
  }

  /** Returns the same settings, which whoever made these may not change any more. */
  AuditArguments copy() {
    AuditArguments copy = new AuditArguments();
    copy.extent = extent;
    copy.retentionMicros = retentionMicros;
    copy.maxRecords = maxRecords;
    copy.fileBytes = fileBytes;
    return copy;
  }
}
