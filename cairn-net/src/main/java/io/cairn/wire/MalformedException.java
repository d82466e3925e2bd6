// SPDX-License-Identifier: Apache-2.0
package io.cairn.wire;

import org.jspecify.annotations.Nullable;

/**
 * Bytes are not what a node of this version writes. The message says what is wrong with "it".
 * Whoever knows where the bytes came from adds that.
 */
public final class MalformedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Creates one that says what is wrong. */
  public MalformedException(String what) {
    super(what);
  }

  MalformedException(String what, @Nullable Throwable cause) {
    super(what, cause);
  }

  /** Throws one unless something holds. */
  public static void require(boolean holds, String what) {
    if (!holds) {
      throw new MalformedException(what);
    }
  }
}
