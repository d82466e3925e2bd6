// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

/** A node cannot join a group; the message says why and what to do. */
public final class JoinRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates it. */
  public JoinRefusedException(String message) {
    super(message);
  }
}
