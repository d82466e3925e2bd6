// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.store.index.DocumentVersion;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A partition that other nodes hold. One of them is asked again and again what is new; it answers
 * when there is something. When it does not answer, another one is asked.
 */
final class RemoteFeed extends PartitionFeed {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration ANSWER = PATIENCE.plusSeconds(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Partition partition;
  private final PartitionFeeds.Surroundings around;

  private RemoteFeed(Partition partition, PartitionFeeds.Surroundings around, ChangeHub hub) {
    super(partition.id().groupName(), hub);
    this.partition = partition;
    this.around = around;
  }

  /** Begins to ask. */
  static RemoteFeed begin(Partition partition, PartitionFeeds.Surroundings around) {
    RemoteFeed feed =
        new RemoteFeed(partition, around, new ChangeHub(around.executor(), around.forms()));
    Thread.ofVirtual().name("cairn-watch-peer").start(feed::follow);
    return feed;
  }

  private void follow() {
    long reached = WatchRequests.NOW;
    while (!hub().isClosed()) {
      try {
        Batch batch = join(ask(changes(reached, PATIENCE, WatchFilter.all())));
        if (reached == WatchRequests.NOW) {
          hub().begin(batch.upTo());
        } else {
          hub().receive(batch);
        }
        reached = batch.upTo();
      } catch (RuntimeException e) {
        LockSupport.parkNanos(PAUSE_NANOS); // others are asked then; it is told who lost its place
      }
    }
  }

  private byte[] changes(long after, Duration patience, WatchFilter filter) {
    return WatchRequests.changes(name(), after, patience, filter);
  }

  @Override
  CompletionStage<Long> standing(boolean consistent) {
    return ask(WatchRequests.standing(name(), consistent)).thenApply(Batch::upTo);
  }

  @Override
  CompletionStage<Batch> history(long after, WatchFilter filter) {
    return ask(changes(after, Duration.ZERO, filter));
  }

  private CompletionStage<Batch> ask(byte[] request) {
    return firstOf(
            nodes(), node -> around.peers().request(node, request, ANSWER).toCompletableFuture())
        .thenApply(Batch::decode);
  }

  /** The owner first, then the others that are to hold the partition. */
  private List<String> nodes() {
    List<String> nodes = new ArrayList<>();
    String owner = partition.owner();
    if (owner != null) {
      nodes.add(owner);
    }
    partition.holders().stream().filter(node -> !nodes.contains(node)).forEach(nodes::add);
    nodes.remove(around.self());
    return nodes;
  }

  private <T> CompletionStage<T> firstOf(
      List<String> nodes, Function<String, CompletableFuture<T>> question) {
    if (nodes.isEmpty()) {
      return CompletableFuture.failedStage(
          new NotServedException("No node is known that holds " + name()));
    }
    CompletableFuture<T> asked = question.apply(nodes.getFirst());
    return nodes.size() == 1
        ? asked
        : asked.exceptionallyCompose(_ -> firstOf(nodes.subList(1, nodes.size()), question));
  }

  @Override
  Matches current(WatchFilter filter, long atLeast) throws IOException {
    byte[] request = WatchRequests.current(name(), atLeast, filter);
    try {
      InputStream stream =
          join(
              firstOf(
                  nodes(),
                  node -> around.peers().download(node, request, ANSWER).toCompletableFuture()));
      return new Downloaded(new DataInputStream(stream));
    } catch (CompletionException e) {
      throw new IOException(name() + " could not be read: " + e.getMessage(), e);
    }
  }

  private static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(3 * ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    } catch (ExecutionException e) {
      throw new CompletionException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new CompletionException(new PeerUnreachableException("no answer came", e));
    }
  }

  private static final class Downloaded implements Matches {
    private final DataInputStream in;
    private final long upTo;

    Downloaded(DataInputStream in) throws IOException {
      this.in = in;
      this.upTo = CurrentStream.readHead(in);
    }

    @Override
    public long upTo() {
      return upTo;
    }

    @Override
    public @Nullable DocumentVersion next() throws IOException {
      return CurrentStream.readNext(in);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        // It was read, or is of no more interest.
      }
    }
  }

  @Override
  void end() {
    hub().closed();
  }
}
