// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

/**
 * This node cannot answer now, because any answer would be less than the truth: it is in no group,
 * the group has no quorum, or a replica that the answer needs is not open. Nothing was done; who
 * asks again a little later, or asks another node, may be answered.
 */
public final class NotServedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Creates it.
   *
   * @param why what is in the way, as a sentence
   */
  public NotServedException(String why) {
    super(why);
  }
}
