// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.Leadership;
import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import java.util.List;

/** In which period of leadership a replica is. */
public final class Tenure {

  private Tenure() {}

  /**
   * The term in which this replica leads and may answer on its own, or {@code NO_TENURE}.
   *
   * @param self this node
   */
  public static long of(ReplicaSet replica, String self) {
    Leadership leadership = replica.leadership();
    if (leadership != null) {
      return leadership.term();
    }
    // Alone, and unable to write (a full disk): all that was ever acknowledged is here. A node
    // that still joins may know a single member too, but that is another one.
    return replica.isStopped() && replica.members().equals(List.of(new Member(self, true)))
        ? replica.term()
        : DocumentStorage.NO_TENURE;
  }
}
