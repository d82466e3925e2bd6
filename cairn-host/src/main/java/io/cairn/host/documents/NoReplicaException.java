// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

/** This node holds no replica of the partition that a link belongs to, or not yet. */
public final class NoReplicaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Creates it.
   *
   * @param what the link, or what else there is no replica of
   */
  public NoReplicaException(String what) {
    super("This node holds no replica of " + what);
  }
}
