// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.disk.IndexDirectories;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DescriptionSource;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.ReindexProgress;
import io.cairn.store.index.RetainedVersions.Question;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of one partition, in all versions that retention keeps: the state machine behind
 * the partition's log. Applying is memory; indexing, commits and merges follow on the {@link
 * StorePool}. The log is the durability: after a restart the host replays it from {@link
 * #committedIndex()}.
 *
 * <p>{@code apply...}, {@code noteApplied} and {@code install} are called by one thread at a time,
 * in the order of the log; everything else by any thread. Every method that needs the index throws
 * {@link StoreException} once the store has failed, {@link StoreCorruptedException} when its files
 * are damaged, and {@link IllegalStateException} after {@link #close()}.
 */
public final class DocumentStore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DocumentStore.class);

  /** What a store can do at the moment. */
  public enum State {
    /** Nothing yet: it waits for what another replica sends. */
    AWAITING_INSTALL,
    /** Everything. */
    OPEN,
    /** Indexing failed: it applies nothing, and reads only what it can still read rightly. */
    FAILED,
    /** Nothing. */
    CLOSED
  }

  private final StoreDirectory files;
  private final StoreSetup setup;
  private final LongSupplier nowMicros;
  private volatile @Nullable OpenIndex open;
  private volatile boolean closed;
  private final Replacements replacements;

  private DocumentStore(StoreDirectory files, StoreSetup setup, @Nullable OpenIndex open) {
    this.files = files;
    this.setup = setup;
    this.nowMicros = setup.nowMicros();
    this.open = open;
    this.replacements = new Replacements(files, setup, () -> closed);
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
    IndexDirectories onDisk = IndexDirectories.onDisk();
    return open(directory, new StoreSetup(pool, options, descriptions, nowMicros, onDisk));
  }

  /**
   * Opens a store whose files are damaged, or gone, to be filled from another replica: what is
   * there is moved aside and kept. Until {@link #install} it holds nothing (its indexes are 0) and
   * refuses to read or apply; so does {@link #open} in this directory.
   */
  public static DocumentStore openForRebuild(
      Path directory,
      StorePool pool,
      StoreOptions options,
      DescriptionSource descriptions,
      LongSupplier nowMicros) {
    StoreDirectory files = new StoreDirectory(directory);
    try {
      Path aside = files.moveAside(nowMicros.getAsLong());
      log.warn(
          "The document store in {} is rebuilt from another replica; its damaged files are kept in"
              + " {}, remove them when they are of no more use",
          directory,
          aside == null ? "no place: there were none" : aside);
    } catch (IOException e) {
      throw files.failure("its damaged files cannot be moved aside", e);
    }
    IndexDirectories onDisk = IndexDirectories.onDisk();
    StoreSetup setup = new StoreSetup(pool, options, descriptions, nowMicros, onDisk);
    return new DocumentStore(files, setup, null);
  }

  static DocumentStore open(Path directory, StoreSetup setup) {
    OpenIndex open = OpenIndex.start(OpenIndex.open(directory, setup), setup.options());
    return new DocumentStore(new StoreDirectory(directory), setup, open);
  }

  private OpenIndex index() {
    OpenIndex now = open;
    if (now == null) {
      if (closed) {
        throw new IllegalStateException("the document store in " + directory() + " is closed");
      }
      throw new StoreException(
          "The document store in " + directory() + " is empty: it waits for another replica's copy",
          null);
    }
    return now;
  }

  /** Asks the index, and once more when it was replaced by another while it was asked. */
  private <T extends @Nullable Object> T ask(Function<OpenIndex, T> question) {
    while (true) {
      OpenIndex now = index();
      try {
        return question.apply(now);
      } catch (IllegalStateException e) {
        if (now.equals(open)) {
          throw e;
        }
      }
    }
  }

  /**
   * Applies a version: it is what {@link #latest} and searches answer from now on. Ignored when the
   * log index was applied before. Cheap, unless the backlog is full: then it blocks until the
   * indexer has made room (see {@link #isBacklogCrowded()} for refusing work before that).
   */
  public void apply(long logIndex, DocumentVersion document) {
    write(logIndex, List.of(Write.version(logIndex, 0, document)));
  }

  /** Applies several versions that one log entry carries; as {@link #apply} otherwise. */
  public void applyAll(long logIndex, List<DocumentVersion> documents) {
    List<Write> writes = new ArrayList<>(documents.size());
    for (DocumentVersion document : documents) {
      writes.add(Write.version(logIndex, writes.size(), document));
    }
    write(logIndex, writes);
  }

  /** Applies the removal of a document with all its versions and without a tombstone. */
  public void applyPurge(long logIndex, String link) {
    write(logIndex, List.of(Write.purge(logIndex, 0, link)));
  }

  /** Applies a purge followed by a version: the first of a new life under the same link. */
  public void applyReplacement(long logIndex, DocumentVersion document) {
    Write purge = Write.purge(logIndex, 0, document.link());
    write(logIndex, List.of(purge, Write.version(logIndex, 1, document)));
  }

  /**
   * Applies versions that come from another group of replicas, in which the same links may have had
   * a history of their own. For each, in the given order (oldest first): the one of higher epoch,
   * then version, then update time is the current version afterwards, the other one is retained
   * beside it; one that is known already changes nothing. Deterministic: all replicas decide alike.
   *
   * @return those that became the current version of their document
   */
  public List<DocumentVersion> applyMerged(long logIndex, List<DocumentVersion> incoming) {
    PartitionRuntime runtime = index().runtime();
    runtime.health().requireOpen();
    if (logIndex <= runtime.pending().applied()) {
      return List.of();
    }
    HistoryMerge merge = new HistoryMerge(index(), logIndex);
    incoming.forEach(merge::add);
    write(logIndex, merge.writes());
    return merge.winners();
  }

  /** Notes a log entry that changes no document, so that commits can move past it. */
  public void noteApplied(long logIndex) {
    write(logIndex, List.of());
  }

  /**
   * Notes a log entry that changes no document, and sums up the documents as they stand at it, in
   * the background, reading every file of the index on the way. Called as {@link #apply}, and as
   * cheap.
   *
   * <p>The future fails with {@link StoreCorruptedException} if something cannot be read or has a
   * wrong checksum (the store has failed then), and with {@link IllegalStateException} if the entry
   * was applied before or the last digest has not begun yet.
   *
   * @param bytesPerSecond how much is read in a second at most
   */
  public CompletableFuture<StoreDigest> applyDigest(long logIndex, long bytesPerSecond) {
    return DigestScan.at(logIndex, index().runtime(), bytesPerSecond);
  }

  private void write(long logIndex, List<Write> writes) {
    index().runtime().apply(logIndex, writes);
  }

  /** The newest version of a document that has not expired, possibly a tombstone; or null. */
  public @Nullable DocumentVersion latest(String link) {
    DocumentVersion document = latestIncludingExpired(link);
    return document == null || document.isExpiredAt(nowMicros.getAsLong()) ? null : document;
  }

  /** The newest version of a document, expired or not, possibly a tombstone; or null. */
  public @Nullable DocumentVersion latestIncludingExpired(String link) {
    return ask(index -> index.latest().get(link));
  }

  /** A version of a document if it is retained, or null; of several with that number the last. */
  public @Nullable DocumentVersion version(String link, long version) {
    DocumentVersion newest = latestIncludingExpired(link);
    if (newest != null && newest.version() == version) {
      return newest;
    }
    return history(link, all -> all.newest(rank -> rank.version() == version)).orElse(null);
  }

  /** Looks at the retained versions of a document, of which few need be in memory. Blocks. */
  public <T extends @Nullable Object> T history(String link, Question<T> question) {
    return ask(index -> index.history(link, question));
  }

  /** All retained versions of a document, oldest first. */
  public List<DocumentVersion> versions(String link) {
    return ask(index -> index.versions(link));
  }

  /** Links of documents that have expired and whose purge is therefore due, at most so many. */
  public List<String> expired(int limit) {
    return ask(index -> index.expired(nowMicros.getAsLong(), limit));
  }

  /**
   * Indexes anew, in the background and with pauses, the documents of a kind that were indexed
   * otherwise than its description says by now: by the shape of their JSON, by an earlier
   * description, or by the node that sent them. Until then searches that this would mislead look at
   * those documents themselves. The future holds how many documents that were, or why it failed;
   * both are logged.
   */
  public CompletableFuture<Long> reindex(String kind) {
    OpenIndex now = open;
    return now == null
        ? CompletableFuture.completedFuture(0L)
        : now.runtime().reindexing().ask(kind);
  }

  /**
   * As {@link #reindex(String)}, of all kinds that are described: for a store that was not there
   * yet when they were. {@link #install} does it where it takes over files.
   */
  public CompletableFuture<Long> reindexAll() {
    CompletableFuture<Long> sum = CompletableFuture.completedFuture(0L);
    for (String kind : setup.descriptions().kinds()) {
      sum = sum.thenCombine(reindex(kind), Long::sum);
    }
    return sum;
  }

  /** How far the kinds are whose documents are being indexed anew; empty if there are none. */
  public List<ReindexProgress> reindexing() {
    OpenIndex now = open;
    return now == null ? List.of() : now.runtime().reindexing().progress();
  }

  /** The forms that documents of each kind may have in the index as it is at present. */
  public KindForms forms() {
    return index().runtime().forms();
  }

  /** The index of the last log entry that was applied. */
  public long appliedIndex() {
    OpenIndex now = open;
    return now == null ? 0 : now.pending().applied();
  }

  /** The log index that the last durable commit holds everything up to. */
  public long committedIndex() {
    OpenIndex now = open;
    return now == null ? 0 : now.runtime().committedIndex();
  }

  /** Makes everything applied so far durable in the index; returns {@link #committedIndex()}. */
  public long commit() {
    return ask(index -> index.runtime().commit());
  }

  /** Waits until a searcher shows everything applied before this call. */
  public void refresh() {
    hold(true).close();
  }

  /**
   * Commits, and holds that commit's files until the snapshot is closed. The caller closes it
   * before the store.
   */
  public StoreSnapshot snapshot() {
    return ask(index -> index.runtime().snapshot());
  }

  /**
   * What changed after a log index, or null when this store cannot tell: purges that long ago left
   * no trace, or there are too many changes. The caller closes it before the store.
   */
  public @Nullable StoreChanges changesSince(long logIndex) {
    return ask(index -> StoreChanges.since(index.runtime(), logIndex));
  }

  /**
   * What brings a replica that holds everything up to a log index (0: nothing) up to this one: the
   * changes, or the files where those are less work. The caller closes it before the store.
   */
  public StoreTransfer transferSince(long receiversIndex) {
    return ask(index -> StoreTransfer.since(index.runtime(), receiversIndex));
  }

  /**
   * Receives a transfer into a directory beside the index and verifies it, in bounded memory.
   * Changes nothing else; what was received before and not installed is removed. Any thread, one at
   * a time.
   *
   * @throws IOException if the stream ends early, is damaged, or cannot be stored: nothing is left
   */
  public StagedTransfer receive(InputStream stream) throws IOException {
    return TransferReceiver.receive(stream, files.incoming(), setup.pool().room());
  }

  /**
   * Makes an index of a received transfer, durable and beside the present one, which goes on
   * meanwhile. It may take long. Any thread, one at a time; what was prepared before is removed.
   *
   * @param atLeast where the store is to stand at least: up to there, the log changes nothing more
   * @throws StoreException if it cannot be made
   */
  public PreparedTransfer prepare(StagedTransfer staged, long atLeast) {
    return replacements.prepare(installable(), staged, atLeast);
  }

  /**
   * Makes what was prepared this store's content: afterwards {@link #appliedIndex()} and {@link
   * #committedIndex()} are its {@code upTo}. Discards it when the store holds that already. Writes
   * one small file; called as {@code apply} is. Until it returns, readers see the store as it was;
   * cursors opened before go on with what they saw. Throws {@link StoreException} if it cannot.
   */
  public void install(PreparedTransfer transfer) {
    OpenIndex before = installable();
    if (before != null && transfer.upTo() <= before.pending().applied()) {
      replacements.discard(transfer);
      return;
    }
    replacements.name(transfer);
    open = transfer.index();
    if (closed) {
      transfer.index().runtime().close(false);
    }
    var _ = replacements.retire(before).thenCompose(_ -> reindexAll()); // files are the sender's
  }

  private @Nullable OpenIndex installable() {
    OpenIndex now = open;
    if (closed || now != null) {
      index().runtime().health().requireOpen();
    }
    return now;
  }

  Replacements replacements() {
    return replacements;
  }

  /** Whether this store was opened for a rebuild, and nothing has been installed yet. */
  public boolean isAwaitingInstall() {
    return open == null && !closed;
  }

  /** The highest update time of any version known here, microseconds since 1970; 0 when empty. */
  public long highestUpdateTimeMicros() {
    return ask(OpenIndex::highestUpdateTime);
  }

  /**
   * Gives each document, expired ones and tombstones included, with all its retained versions,
   * oldest first, the current one last: all as of one moment, in no particular order, one at a
   * time.
   */
  public void forEachDocument(Consumer<List<DocumentVersion>> sink) {
    hold(true).forEachDocument(sink);
  }

  /** Whether the backlog is three quarters full: take nothing new, before apply has to block. */
  public boolean isBacklogCrowded() {
    OpenIndex now = open;
    return now != null && now.runtime().health().isOpen() && now.pending().isCrowded();
  }

  /** Applied versions that no searcher shows yet. */
  public long backlogCount() {
    return index().pending().count();
  }

  /** Bytes of applied versions that no searcher shows yet. */
  public long backlogBytes() {
    return index().pending().bytes();
  }

  /** Heap that the filters on links take, in bytes. */
  public long linkFilterBytes() {
    return index().runtime().filters().bytes();
  }

  /** What the store can do. */
  public State state() {
    OpenIndex now = open;
    if (now == null) {
      return closed ? State.CLOSED : State.AWAITING_INSTALL;
    }
    return now.runtime().health().state();
  }

  /** Why the store failed, or null. */
  public @Nullable StoreException failure() {
    OpenIndex now = open;
    return now == null ? null : now.runtime().health().failure();
  }

  /** The partition's directory. */
  public Path directory() {
    return files.path();
  }

  PartitionRuntime runtime() {
    return index().runtime();
  }

  public StorePool pool() {
    return setup.pool();
  }

  /** A reader, with everything applied before this call if it is to be current. */
  public HeldReader hold(boolean current) {
    return ask(index -> current ? index.runtime().acquireCurrent() : index.runtime().acquire());
  }

  public long now() {
    return nowMicros.getAsLong();
  }

  /** Commits if the store is open, and closes it. Idempotent. */
  @Override
  public void close() {
    close(true);
  }

  /**
   * Closes without a commit: what was applied since the last one comes back by replaying the log.
   */
  public void abandon() {
    close(false);
  }

  private void close(boolean committing) {
    closed = true;
    OpenIndex now = open;
    if (now != null) {
      now.runtime().close(committing);
    }
    replacements.close();
  }
}
