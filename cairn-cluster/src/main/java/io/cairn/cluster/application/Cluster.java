// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The cluster as one node sees it. Safe for all threads; no method blocks. */
public interface Cluster {

  /** Returns this node. */
  ClusterNode self();

  /** Returns the live nodes, this one included, ordered by id. */
  List<ClusterNode> nodes();

  /** Returns whether the cluster can work, as of now. */
  ClusterHealth health();

  /** Returns the attributes that all nodes share. */
  AttributesClient attributes();

  /** Returns what sends messages to other nodes. */
  Messenger messenger();

  /**
   * Has an application hear of everything from now on, beginning with {@link
   * ClusterApplication#start}, on a thread of its own. One that is registered while the cluster
   * runs is told the live nodes and, if the start is completed, the health at once.
   */
  void register(ClusterApplication application);

  /**
   * As the other form, on an executor, by one of its threads at a time. It must have threads: one
   * that runs tasks in the thread that brings them would hold up the cluster.
   */
  void register(ClusterApplication application, Executor stage);

  /**
   * Has a watcher hear of all events from now on, in order, one at a time, on a thread of its own.
   * One that is so slow that too many events wait for it is ended.
   *
   * @param ended runs once when no more events come, for whatever reason
   * @return ends the watching
   */
  Watch watch(Consumer<ClusterEvent> watcher, Runnable ended);

  /** A watcher's registration. */
  interface Watch extends AutoCloseable {

    /** Ends it; idempotent. */
    @Override
    void close();
  }

  /** Returns counters, by name: messages sent, received, refused, dropped; failed callbacks. */
  Map<String, Long> figures();
}
