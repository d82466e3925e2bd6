// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query found, in groups; read as each group's documents. Used by one thread at a time. */
interface FoundGroups extends FoundDocuments {

  /**
   * Where documents of a group begin.
   *
   * @param group its name
   * @param within where in the group; null for its first document
   */
  record InGroup(String group, @Nullable Object within) {}

  /**
   * Some groups in order.
   *
   * @param names their names
   * @param next how many groups come before those after these; null if these are the last
   */
  record Groups(Set<String> names, @Nullable Integer next) {}

  /**
   * Reads the names of groups.
   *
   * @param skipped how many groups come before them
   * @param size how many at most
   */
  Groups groups(int skipped, int size, Asker asker);
}
