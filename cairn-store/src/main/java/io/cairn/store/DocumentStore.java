// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one partition, in all versions that retention keeps: the state machine behind the
 * partition's log. Applying is memory; indexing, commits and merges follow on the {@link StorePool}.
 * The log is the durability: after a restart the host replays it from {@link #committedIndex()}.
 *
 * <p>{@code apply}, {@code applyPurge} and {@code noteApplied} are called by one thread at a time,
 * in the order of the log; everything else by any thread. Every method that needs the index throws
 * {@link StoreException} once the store has failed, {@link StoreCorruptedException} when its files
 * are damaged, and {@link IllegalStateException} after {@link #close()}.
 */
public final class DocumentStore implements AutoCloseable {

  /** What a store can do at the moment. */
  public enum State {
    /** Everything. */
    OPEN,
    /** Indexing failed: it applies nothing, and reads only what it can still read rightly. */
    FAILED,
    /** Nothing. */
    CLOSED
  }

  private final PartitionRuntime runtime;
  private final PendingWrites pending;
  private final LatestDocuments latest;
  private final LongSupplier nowMicros;

  private DocumentStore(PartitionRuntime runtime, StoreOptions options, LongSupplier nowMicros) {
    this.runtime = runtime;
    this.pending = runtime.pending();
    this.latest = new LatestDocuments(runtime, options.cacheBytes());
    this.nowMicros = nowMicros;
    runtime.start(latest);
  }

  /**
   * Opens the store in a directory, or makes an empty one where none ever was.
   *
   * @param directory the partition's own directory
   * @param pool the threads of the node
   * @param options bounds of this store
   * @param descriptions how documents of a kind are indexed
   * @param nowMicros the time that expiration is compared with, microseconds since 1970
   * @throws StoreCorruptedException if a store was here and is not whole
   */
  public static DocumentStore open(
      Path directory,
      StorePool pool,
      StoreOptions options,
      DescriptionSource descriptions,
      LongSupplier nowMicros) {
    PartitionRuntime.Setup setup =
        new PartitionRuntime.Setup(pool, options, descriptions, nowMicros, false);
    return open(directory, setup, IndexDirectories.onDisk());
  }

  /**
   * Opens a store that must be there: for callers who know so, because the partition's log does not
   * begin at its beginning.
   *
   * @throws StoreCorruptedException if no store is in the directory, or it is not whole
   */
  public static DocumentStore openExisting(
      Path directory,
      StorePool pool,
      StoreOptions options,
      DescriptionSource descriptions,
      LongSupplier nowMicros) {
    PartitionRuntime.Setup setup =
        new PartitionRuntime.Setup(pool, options, descriptions, nowMicros, true);
    return open(directory, setup, IndexDirectories.onDisk());
  }

  /**
   * Opens a store whose files are damaged, or gone, to be filled from another replica: what is there
   * is moved aside and kept. Until {@link #install} it holds nothing (its indexes are 0) and refuses
   * to read or apply; so does {@link #open} in this directory.
   */
  public static DocumentStore openForRebuild(
      Path directory,
      StorePool pool,
      StoreOptions options,
      DescriptionSource descriptions,
      LongSupplier nowMicros) {
    throw new UnsupportedOperationException();
  }

  static DocumentStore open(
      Path directory, PartitionRuntime.Setup setup, IndexDirectories directories) {
    PartitionRuntime runtime = PartitionRuntime.open(directory, setup, directories);
    return new DocumentStore(runtime, setup.options(), setup.nowMicros());
  }

  /**
   * Applies a version: it is what {@link #latest} and searches answer from now on. Ignored when the
   * log index was applied before. Cheap, unless the backlog is full: then it blocks until the
   * indexer has made room (see {@link #isBacklogCrowded()} for refusing work before that).
   */
  public void apply(long logIndex, DocumentVersion document) {
    write(logIndex, List.of(new Write(logIndex, document.link(), document)));
  }

  /** Applies several versions that one log entry carries; as {@link #apply} otherwise. */
  public void applyAll(long logIndex, List<DocumentVersion> documents) {
    List<Write> writes = new ArrayList<>(documents.size());
    for (DocumentVersion document : documents) {
      writes.add(new Write(logIndex, document.link(), document));
    }
    write(logIndex, writes);
  }

  /** Applies the removal of a document with all its versions and without a tombstone. */
  public void applyPurge(long logIndex, String link) {
    write(logIndex, List.of(new Write(logIndex, link, null)));
  }

  /** Applies a purge followed by a version: the first of a new life under the same link. */
  public void applyReplacement(long logIndex, DocumentVersion document) {
    Write purge = new Write(logIndex, document.link(), null);
    write(logIndex, List.of(purge, new Write(logIndex, document.link(), document)));
  }

  /**
   * Applies versions that come from another group of replicas, in which the same links may have had a
   * history of their own. For each, in the given order (oldest first): the one of higher epoch, then
   * version, then update time is the current version afterwards, the other one is retained beside
   * it; one that is known already changes nothing. Deterministic: all replicas decide alike.
   *
   * @return those that became the current version of their document
   */
  public List<DocumentVersion> applyMerged(long logIndex, List<DocumentVersion> incoming) {
    throw new UnsupportedOperationException();
  }

  /** Notes a log entry that changes no document, so that commits can move past it. */
  public void noteApplied(long logIndex) {
    runtime.health().requireOpen();
    if (logIndex > pending.applied()) {
      pending.note(logIndex);
    }
  }

  private void write(long logIndex, List<Write> writes) {
    runtime.health().requireOpen();
    if (logIndex <= pending.applied()) {
      return;
    }
    if (pending.isFull()) {
      runtime.scheduleMakingRoom();
      pending.awaitRoom(() -> runtime.health().state() != State.OPEN);
      runtime.health().requireOpen();
    }
    pending.add(logIndex, writes);
    runtime.applied(logIndex);
  }

  /** The newest version of a document that has not expired, possibly a tombstone; or null. */
  public @Nullable DocumentVersion latest(String link) {
    DocumentVersion document = latest.get(link);
    return document == null || document.isExpiredAt(nowMicros.getAsLong()) ? null : document;
  }

  /** The newest version of a document, expired or not, possibly a tombstone; or null. */
  public @Nullable DocumentVersion latestIncludingExpired(String link) {
    return latest.get(link);
  }

  /** A version of a document as far as it is retained, or null; of several with that number the last. */
  public @Nullable DocumentVersion version(String link, long version) {
    Write newest = pending.newest(link);
    if (newest != null && newest.document() != null && newest.document().version() == version) {
      return newest.document();
    }
    DocumentVersion found = null;
    for (DocumentVersion candidate : versions(link)) {
      if (candidate.version() == version) {
        found = candidate;
      }
    }
    return found;
  }

  /** All retained versions of a document, oldest first. */
  public List<DocumentVersion> versions(String link) {
    DirectoryReader reader = runtime.acquireCurrent();
    try {
      List<DocumentVersion> versions = new ArrayList<>();
      for (StoredForm.Entry entry : LinkLookup.all(reader, link)) {
        versions.add(entry.document());
      }
      return versions;
    } catch (IOException e) {
      throw runtime.health().readFailure("reading the versions of " + link, e);
    } finally {
      runtime.giveBack(reader);
    }
  }

  /**
   * Links of documents whose expiration has come and whose purge is therefore due, at most so many.
   */
  public List<String> expired(int limit) {
    if (!pending.takeExpiring()) {
      // What expires is in the present searcher: no need to pay for a new one, usually.
      List<String> none = expired(runtime.acquire(), limit);
      if (none.isEmpty()) {
        return none;
      }
    }
    return expired(runtime.acquireCurrent(), limit);
  }

  private List<String> expired(DirectoryReader reader, int limit) {
    try {
      return ExpiredLinks.find(reader, nowMicros.getAsLong(), limit);
    } catch (IOException e) {
      throw runtime.health().readFailure("looking for expired documents", e);
    } finally {
      runtime.giveBack(reader);
    }
  }

  /**
   * Indexes anew, in the background, the documents of a kind that were indexed by the shape of their
   * JSON because its description was not known. Cheap when there are none. The future holds how many
   * documents that were, or why it failed.
   */
  public CompletableFuture<Long> reindex(String kind) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    boolean accepted =
        runtime.pool().merge(() -> done.completeAsync(() -> runtime.reindex(kind), Runnable::run));
    if (!accepted) {
      done.completeExceptionally(new IllegalStateException("the store pool is closed"));
    }
    return done;
  }

  /** The index of the last log entry that was applied. */
  public long appliedIndex() {
    return pending.applied();
  }

  /** The log index that the last durable commit holds everything up to. */
  public long committedIndex() {
    return runtime.committedIndex();
  }

  /** Makes everything applied so far durable in the index; returns {@link #committedIndex()}. */
  public long commit() {
    return runtime.commit();
  }

  /** Waits until a searcher shows everything applied before this call. */
  public void refresh() {
    runtime.giveBack(runtime.acquireCurrent());
  }

  /**
   * Commits, and holds that commit's files until the snapshot is closed. The caller closes it before
   * the store.
   */
  public StoreSnapshot snapshot() {
    return runtime.snapshot();
  }

  /**
   * What changed after a log index, or null when this store cannot tell: purges that long ago left no
   * trace, or there are too many changes. The caller closes it before the store.
   */
  public @Nullable StoreChanges changesSince(long logIndex) {
    throw new UnsupportedOperationException();
  }

  /**
   * What brings a replica that holds everything up to a log index (0: nothing) up to this one: the
   * changes, or the files where those are less work. The caller closes it before the store.
   */
  public StoreTransfer transferSince(long receiversIndex) {
    throw new UnsupportedOperationException();
  }

  /**
   * Receives a transfer into a directory beside the index and verifies it, in bounded memory. Changes
   * nothing else; what was received before and not installed is removed. Any thread, one at a time.
   *
   * @throws IOException if the stream ends early, is damaged, or cannot be stored: nothing is left
   */
  public StagedTransfer receive(InputStream stream) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a received transfer this store's content, durably: afterwards {@link #appliedIndex()} and
   * {@link #committedIndex()} are its {@code upTo}. Ignored when the store holds that already. Called
   * as {@code apply} is. Until it returns, readers see the store as it was; cursors opened before go
   * on with what they saw.
   *
   * @throws StoreException if it cannot be installed; unless the store has failed since, it is as it
   *     was
   */
  public void install(StagedTransfer staged) {
    throw new UnsupportedOperationException();
  }

  /** Whether this store was opened for a rebuild, and nothing has been installed yet. */
  public boolean isAwaitingInstall() {
    return false;
  }

  /** The highest update time of any version known here, microseconds since 1970; 0 when empty. */
  public long highestUpdateTimeMicros() {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives each document, expired ones and tombstones included, with all its retained versions, oldest
   * first, the current one last: all as of one moment, in no particular order, one at a time.
   */
  public void forEachDocument(Consumer<List<DocumentVersion>> sink) {
    throw new UnsupportedOperationException();
  }

  /** Whether the backlog is three quarters full: refuse new work now, before apply has to block. */
  public boolean isBacklogCrowded() {
    return pending.isCrowded();
  }

  /** Applied versions that no searcher shows yet. */
  public long backlogCount() {
    return pending.count();
  }

  /** Bytes of applied versions that no searcher shows yet. */
  public long backlogBytes() {
    return pending.bytes();
  }

  /** Heap that the filters on links take, in bytes. */
  public long linkFilterBytes() {
    return runtime.filters().bytes();
  }

  /** What the store can do. */
  public State state() {
    return runtime.health().state();
  }

  /** Why the store failed, or null. */
  public @Nullable StoreException failure() {
    return runtime.health().failure();
  }

  /** The partition's directory. */
  public Path directory() {
    return runtime.directory();
  }

  PartitionRuntime runtime() {
    return runtime;
  }

  long now() {
    return nowMicros.getAsLong();
  }

  /** Commits if the store is open, and closes it. Idempotent. */
  @Override
  public void close() {
    runtime.close(true);
  }

  /** Closes without a commit: what was applied since the last one comes back by replaying the log. */
  public void abandon() {
    runtime.close(false);
  }
}
