// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.peers.Peers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that somebody on this node, or another node, watches. There is nothing of those
 * that nobody does; the changes of the others are kept for a while when the last one has gone, for
 * those who come back. Thread-safe.
 */
final class PartitionFeeds implements AutoCloseable {

  private static final long LINGER_SECONDS = 60;

  private final Surroundings around;
  private final Map<String, PartitionFeed> feeds = new HashMap<>();
  private boolean closed;

  /**
   * What feeds need.
   *
   * @param executor runs each task on a thread of its own
   * @param readers how many read from an index at a time
   */
  record Surroundings(
      String self,
      Peers peers,
      Executor executor,
      ScheduledExecutorService timer,
      StoredForms forms,
      Semaphore readers) {}

  PartitionFeeds(Surroundings around) {
    this.around = around;
  }

  /** Feeds a partition, from the replica here if there is one; to be released. */
  PartitionFeed acquire(Partition partition) {
    ReplicaSet replica = partition.replica();
    return replica != null && partition.machine() instanceof PartitionMachine machine
        ? acquire(replica, machine)
        : acquire(partition.id().groupName(), () -> RemoteFeed.begin(partition, around));
  }

  /** Feeds a partition from a replica here. */
  PartitionFeed acquire(ReplicaSet replica, PartitionMachine machine) {
    return acquire(replica.id(), () -> LocalFeed.begin(replica, machine, around));
  }

  private PartitionFeed acquire(String name, Supplier<PartitionFeed> making) {
    synchronized (feeds) {
      PartitionFeed present = feeds.get(name);
      if (present == null || present.hub().isClosed()) {
        if (closed) {
          throw new IllegalStateException("this host is stopping");
        }
        present = making.get();
        feeds.put(name, present);
      }
      present.use(1);
      return present;
    }
  }

  /** Whoever got a feed does not need it any more. */
  void release(@Nullable PartitionFeed feed) {
    if (feed == null) {
      return;
    }
    synchronized (feeds) {
      if (feed.use(-1) > 0) {
        return;
      }
    }
    try {
      var _ = around.timer().schedule(() -> endUnused(feed), LINGER_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      endUnused(feed);
    }
  }

  private void endUnused(PartitionFeed feed) {
    synchronized (feeds) {
      if (feed.use(0) == 0 && feeds.remove(feed.name(), feed)) {
        feed.end();
      }
    }
  }

  /** How many partitions are listened to. */
  int count() {
    synchronized (feeds) {
      return feeds.size();
    }
  }

  @Override
  public void close() {
    List<PartitionFeed> ended;
    synchronized (feeds) {
      closed = true;
      ended = List.copyOf(feeds.values());
      feeds.clear();
    }
    ended.forEach(PartitionFeed::end);
  }
}
