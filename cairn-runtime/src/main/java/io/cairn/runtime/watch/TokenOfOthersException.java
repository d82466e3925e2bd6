// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

/** A token that a feed cannot go on from: it is of other documents, or of another history. */
public final class TokenOfOthersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenOfOthersException(String why) {
    super(why + ". Begin anew, without it");
  }
}
