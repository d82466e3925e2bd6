// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import io.cairn.cluster.GroupStoppedException;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationGroup;

/** In which period of leadership a replica is. */
final class Tenure {

  private Tenure() {}

  /** The term in which this replica leads and may answer on its own, or {@code NOT_HERE}. */
  static long of(ReplicationGroup replica) {
    try {
      Leadership leadership = replica.leadership();
      if (leadership != null) {
        return leadership.term();
      }
      replica.ensureLeader();
      return Documents.NOT_HERE;
    } catch (GroupStoppedException e) {
      // Alone, and unable to write (a full disk): all that was ever acknowledged is here.
      return replica.members().size() == 1 ? replica.term() : Documents.NOT_HERE;
    } catch (ReplicationException e) {
      return Documents.NOT_HERE;
    }
  }
}
