// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/** One step of a replica set's configuration. */
public enum MemberChange {
  /** Adds a node that receives the log without voting. */
  ADD_LEARNER,
  /** Adds a voter, or lets a learner vote. */
  ADD_OR_PROMOTE_VOTER,
  /** Removes a voter or learner. */
  REMOVE
}
