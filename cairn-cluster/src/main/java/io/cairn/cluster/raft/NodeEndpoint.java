// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.microraft.RaftEndpoint;

/** A node as the consensus core names it. */
record NodeEndpoint(String id) implements RaftEndpoint {

  @Override
  public Object getId() {
    return id;
  }

  static String idOf(RaftEndpoint endpoint) {
    return endpoint.getId().toString();
  }
}
