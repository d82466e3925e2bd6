// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.document.HybridClock;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import io.cairn.store.DocumentStore;
import io.cairn.store.StagedTransfer;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of what other nodes proposed and this node's replicas applied, and fills those that lack
 * too much from other nodes. Thread-safe.
 */
public final class AppliedChanges implements PartitionMachine.Surroundings {

  private final String self;
  private final HybridClock clock;
  private final Peers peers;
  private final Executor executor;
  private final List<Consumer<DocumentVersion>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<@Nullable String>> linkListeners = new CopyOnWriteArrayList<>();

  /**
   * Surrounds the replicas of a node.
   *
   * @param clock learns the time of each change
   * @param executor runs each task on a thread of its own, which may block
   */
  public AppliedChanges(String self, HybridClock clock, Peers peers, Executor executor) {
    this.self = self;
    this.clock = clock;
    this.peers = peers;
    this.executor = executor;
  }

  /** Registers who is told of each version that another node proposed, in the order of the log. */
  public void listen(Consumer<DocumentVersion> listener) {
    listeners.add(listener);
  }

  /**
   * Registers who is told of each document that has changed on this node, wherever the change was
   * proposed; of null if many may have changed. Called by the threads of the partitions' groups:
   * must not block.
   */
  public void listenToLinks(Consumer<@Nullable String> listener) {
    linkListeners.add(listener);
  }

  @Override
  public void touched(@Nullable String link) {
    linkListeners.forEach(listener -> listener.accept(link));
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public void applied(DocumentVersion version, boolean proposedHere) {
    if (!proposedHere) {
      clock.observe(version.updateTimeMicros());
      listeners.forEach(listener -> listener.accept(version));
    }
  }

  @Override
  public CompletionStage<StagedTransfer> fetch(String from, String group, DocumentStore store) {
    byte[] request = PeerRequests.transferRequest(group, store.appliedIndex());
    return peers
        .download(from, request, PeerRequests.DOWNLOAD_PAUSE)
        .thenApplyAsync(
            stream -> {
              try (stream) {
                return store.receive(stream);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            executor);
  }
}
