// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.io.IOException;

/**
 * What a node's log holds of groups that are not started, for an operator whose group has lost its
 * majority for good. Nothing here asks other nodes, so nothing here knows what they have agreed on.
 */
public interface Salvage {

  /**
   * What the log says about one group.
   *
   * @param committed the last entry that is known to be committed
   * @param from the first entry from which on all are in the log
   * @param last the last entry there is; those behind {@code committed} may be committed or not
   */
  record Held(long committed, long from, long last) {

    /** Tells whether what a state machine holds up to an index can be gone on with. */
    public boolean follows(long index) {
      return index >= last || index + 1 >= from;
    }
  }

  /** Returns what the log holds of a group; nothing (zeros) if it does not know the group. */
  Held held(String logName);

  /**
   * Applies every entry that follows on what a state machine holds durably, whether it is known to
   * be committed or not, as a leader would have them all committed. Nothing happens if entries in
   * between are missing; see {@link Held#follows}.
   *
   * @throws IOException if the disk fails
   */
  void replay(String logName, StateMachine machine) throws IOException;

  /**
   * Writes the beginning of a group of this node alone that goes on from what a state machine holds
   * durably. {@link ReplicationNode#startReplicaSet} resumes it.
   *
   * @param logName its name in the log, which the log must not know
   * @param before the group whose place it takes, whose terms it goes on counting
   * @param machine what it drives; closed afterwards by the caller
   */
  void begin(String logName, String before, StateMachine machine) throws IOException;
}
