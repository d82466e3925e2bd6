// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

import io.cairn.cluster.StateMachine;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Makes the state machines of partitions, and moves their content. Given by the layer that knows
 * what is replicated.
 */
public interface PartitionMachines {

  /**
   * Opens the state machine of a replica, or makes an empty one. Called off the consensus threads.
   *
   * @throws io.cairn.cluster.ReplicaDamagedException if its data are damaged, or were lost
   * @throws IOException if its data cannot be opened now
   */
  StateMachine open(PartitionId id) throws IOException;

  /**
   * Opens a state machine without data, which a copy from another member is going to fill; what was
   * there is moved aside. Called off the consensus threads.
   *
   * @throws IOException if that cannot be done
   */
  StateMachine openForRebuild(PartitionId id) throws IOException;

  /**
   * Moves what a closed machine had stored to where nobody reads it but the operator, and says so:
   * the group does not have it.
   */
  void setAside(PartitionId id);

  /** Closes a machine that {@link #open} gave, after its group has stopped. */
  void close(PartitionId id);

  /** Tells whether a machine of that name was ever opened here, and not deleted since. */
  boolean exists(PartitionId id);

  /**
   * Makes a copy of what a closed machine has stored, for a closed machine that does not exist yet.
   *
   * @throws IOException if the data cannot be opened, or not be copied
   */
  void copy(PartitionId from, PartitionId to) throws IOException;

  /** Returns what an open machine holds, by reading all of it. */
  Contents contents(PartitionId id);

  /**
   * What a machine holds, for people to compare.
   *
   * @param documents how many documents there are, without deleted ones
   * @param newestMicros when the latest of them, deleted ones included, was made; 0 if there is
   *     none
   */
  record Contents(long documents, long newestMicros) {}

  /** Deletes what a closed machine had stored, when the replica was removed from this node. */
  void delete(PartitionId id);

  /**
   * Hands the documents of a group of one over to the group that it dissolves into. Nothing is
   * written to the old set meanwhile. May be called again after a crash; what was handed over
   * before must not be doubled.
   *
   * @param from the old partitions, all of them replicas here
   * @param to the partitions they become part of
   * @return completes when everything is committed there
   */
  CompletionStage<Void> handOver(PartitionSet from, PartitionSet to);
}
