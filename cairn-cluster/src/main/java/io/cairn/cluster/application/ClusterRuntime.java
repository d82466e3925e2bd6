// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import io.cairn.cluster.attributes.AttributesListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What is behind {@link Cluster}: turns what membership, the group and the attributes say into events
 * for applications and watchers, and carries messages between applications.
 *
 * <p>The order of its life: {@link #create} before membership and the peer network start; {@link
 * #start} right before membership does; {@link #startupCompleted} when the node has found its group or
 * the time for that is over; {@link #stop} after membership was left and before the peer network is
 * closed.
 */
public final class ClusterRuntime implements Cluster, AutoCloseable {

  private ClusterRuntime() {}

  /**
   * Makes a runtime that listens to membership and takes application messages, and refuses them until
   * it is started and an application is registered.
   */
  public static ClusterRuntime create(
      ClusterEnvironment environment, ClusterRuntimeSettings settings) {
    return new ClusterRuntime();
  }

  /** Returns what is to be told of each change of the attributes. It may be called early and late. */
  public AttributesListener attributesListener() {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts the applications.
   *
   * @param attributes what they read and change attributes with
   * @throws IllegalStateException if it was started or stopped before
   */
  public void start(AttributesClient attributes) {
    throw new UnsupportedOperationException();
  }

  /** The node's start is completed: the health is reported from now on. Only the first call counts. */
  public void startupCompleted() {
    throw new UnsupportedOperationException();
  }

  /** What {@link QuorumView} says may have changed. */
  public void quorumChanged() {
    throw new UnsupportedOperationException();
  }

  /**
   * Tells the applications to stop, and waits until they have done so, at most for {@link
   * ClusterRuntimeSettings#stopTimeout}. One that blocks for longer is given up, which is logged.
   * Idempotent.
   */
  public void stop() {
    throw new UnsupportedOperationException();
  }

  /** Stops. */
  @Override
  public void close() {
    stop();
  }

  @Override
  public ClusterNode self() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ClusterNode> nodes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ClusterHealth health() {
    throw new UnsupportedOperationException();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException before the start
   */
  @Override
  public AttributesClient attributes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Messenger messenger() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void register(ClusterApplication application) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void register(ClusterApplication application, Executor stage) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Watch watch(Consumer<ClusterEvent> watcher, Runnable ended) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Long> figures() {
    throw new UnsupportedOperationException();
  }
}
