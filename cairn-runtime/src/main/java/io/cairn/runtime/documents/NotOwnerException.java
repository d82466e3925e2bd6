// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

/**
 * Nothing was done, because this node does not own the document now, or does not know yet whether
 * it does. Whoever took the operation to this node may look for the owner again. Without a trace:
 * while owners change, each operation may meet it several times.
 */
public final class NotOwnerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates one that says what cannot be answered for. */
  public NotOwnerException(String message) {
    super(message, null, false, false);
  }
}
