// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.ReplicaSet;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What nodes ask each other about the partitions that somebody watches; a partition is named by its
 * replica set. Thread-safe; nothing blocks but {@link #current}.
 */
public final class WatchRequests {

  /** In place of a log index: whatever the partition has come to. */
  static final long NOW = -1;

  private static final int MAX_PATIENCE_MILLIS = 60_000;

  private final PartitionFeeds feeds;
  private final Function<String, @Nullable Replica> replicas;

  /** A replica of this node. */
  public record Replica(ReplicaSet group, PartitionMachine machine) {}

  /**
   * Answers from this node's replicas.
   *
   * @param replicas finds one; null if there is none
   */
  WatchRequests(PartitionFeeds feeds, Function<String, @Nullable Replica> replicas) {
    this.feeds = feeds;
    this.replicas = replicas;
  }

  static byte[] standing(String partition, boolean consistent) {
    return new WireWriter()
        .u8(PeerRequests.CHANGES)
        .text(partition)
        .i64(NOW)
        .flag(consistent)
        .take();
  }

  static byte[] changes(String partition, long after, Duration patience, WatchFilter filter) {
    if (after == NOW) {
      return standing(partition, false);
    }
    WireWriter out =
        new WireWriter()
            .u8(PeerRequests.CHANGES)
            .text(partition)
            .i64(after)
            .number((int) patience.toMillis());
    filter.write(out);
    return out.take();
  }

  static byte[] current(String partition, long atLeast, WatchFilter filter) {
    WireWriter out = new WireWriter().u8(PeerRequests.CURRENT).text(partition).i64(atLeast);
    filter.write(out);
    return out.take();
  }

  /**
   * Answers what changed behind a log index, once something has, or after a while.
   *
   * @param in behind what says which request it is
   */
  public CompletionStage<byte[]> changes(WireReader in) {
    PartitionFeed feed = acquire(in.text());
    CompletionStage<Batch> answer;
    try {
      answer = answer(feed, in);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedStage(e);
    }
    return answer.whenComplete((_, _) -> feeds.release(feed)).thenApply(Batch::encode);
  }

  private static CompletionStage<Batch> answer(PartitionFeed feed, WireReader in) {
    long after = in.i64();
    if (after == NOW) {
      return feed.standing(in.flag()).thenApply(Batch::nothing);
    }
    int patience = in.number(MAX_PATIENCE_MILLIS);
    WatchFilter filter = WatchFilter.read(in);
    in.requireEnd();
    return feed.history(after, filter)
        .thenCompose(
            batch ->
                patience == 0 || batch.isBroken() || batch.upTo() > after
                    ? CompletableFuture.completedStage(batch)
                    : feed.hub()
                        .awaitBehind(after, patience)
                        .thenCompose(_ -> feed.history(after, filter)));
  }

  /** Opens the current documents that match, once the replica has come up to a log index. */
  public InputStream current(WireReader in) throws IOException {
    PartitionFeed feed = acquire(in.text());
    try {
      long atLeast = in.index();
      WatchFilter filter = WatchFilter.read(in);
      in.requireEnd();
      return new CurrentStream(feed.current(filter, atLeast));
    } finally {
      feeds.release(feed);
    }
  }

  private PartitionFeed acquire(String partition) {
    Replica replica = replicas.apply(partition);
    if (replica == null) {
      throw new NotServedException("There is no replica of " + partition + " here");
    }
    return feeds.acquire(replica.group(), replica.machine());
  }
}
