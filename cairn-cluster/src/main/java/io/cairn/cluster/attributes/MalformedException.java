// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

/** Bytes are not what this node would have written. */
final class MalformedException extends Exception {

  private static final long serialVersionUID = 1;

  MalformedException(String what) {
    super(what);
  }

  static void require(boolean holds, String what) throws MalformedException {
    if (!holds) {
      throw new MalformedException(what);
    }
  }
}
