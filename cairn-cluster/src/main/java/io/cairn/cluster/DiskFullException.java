// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.io.Serial;

/**
 * Thrown for an update that is refused because the disks of too many replicas are nearly full.
 * Nothing was done; it may succeed when there is room.
 */
public final class DiskFullException extends ReplicationException {

  @Serial private static final long serialVersionUID = 1L;

  /** Says whose disk is full, and what to do. */
  public DiskFullException(String message) {
    super(message, null);
  }
}
