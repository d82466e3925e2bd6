// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;

/** Receives the entries of a replica set in the order of their index. */
@FunctionalInterface
public interface LogEntryVisitor {

  /**
   * Receives one entry.
   *
   * @param index its index
   * @param entry the entry
   */
  void visit(long index, StoredEntry entry) throws IOException;
}
