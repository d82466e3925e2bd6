// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a replica's state machine has stored is damaged, missing, or not what the other members
 * have. Its log may be whole: the replica is right again once its data were fetched from another
 * member.
 */
public final class ReplicaDamagedException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and where
   * @param cause the reason beneath, if any
   */
  public ReplicaDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
