// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.service.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Nothing was done for an operation, because this node does not own the document now, or does not
 * know yet whether it does. Whoever took that operation to this node may look for the owner again.
 * A handler may fail its own operation with what it was told about another one, which says nothing
 * about its own. Without a trace: while owners change, each operation may meet it several times.
 */
public final class NotOwnerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable Operation refused;

  /**
   * Creates one that says what cannot be answered for.
   *
   * @param refused the operation that nothing was done for
   */
  public NotOwnerException(Operation refused, String message) {
    super(message, null, false, false);
    this.refused = refused;
  }

  /**
   * Tells whether nothing was done for this very operation. A copy is another one, though it has
   * the same id: a handler may have made it of its own.
   */
  public static boolean isOf(Operation op, @Nullable Throwable failure) {
    return failure instanceof NotOwnerException moved && op.equals(moved.refused);
  }
}
