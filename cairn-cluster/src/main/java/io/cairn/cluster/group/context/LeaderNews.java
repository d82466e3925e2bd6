// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tells who is interested that a partition's leader has changed. Safe for all threads. */
public final class LeaderNews {

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Is told of partitions' leaders. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A node begins to lead a partition, is ready to, or leads it no more. Often on the thread of
     * the replica set, so it must be short and must not block.
     *
     * @param partition the name of the partition's replica set, the same on all nodes
     * @param leader who leads it, to this node's knowledge; null if nobody
     */
    void changed(String partition, @Nullable String leader);
  }

  /** Registers one for good. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Tells all of them. */
  public void tell(String partition, @Nullable String leader) {
    for (Listener listener : listeners) {
      listener.changed(partition, leader);
    }
  }
}
