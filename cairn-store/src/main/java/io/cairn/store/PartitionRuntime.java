// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.DocumentStore.State;
import io.cairn.store.PendingWrites.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was applied into the index: draining, refreshing, committing, and what happens when one
 * of them fails.
 *
 * <p>{@code indexLock} guards the index's changes and {@code drainedIndex}, so that a commit holds
 * exactly what its applied index says; {@code commitLock} keeps commits apart and is taken first.
 */
final class PartitionRuntime implements StorePool.Member {
  private static final Logger log = LoggerFactory.getLogger(PartitionRuntime.class);

  /** With more segments, the indexing thread merges before it writes more. */
  private static final int MAX_SEGMENTS = 100;

  private final Setup setup;
  private final StoreDirectory files;
  private final PartitionIndex index;
  private final PendingWrites pending;
  private final Indexer indexer;
  private final DocumentMapper mapper;
  private final BackgroundMerges merges;
  private final StoreHealth health;
  private final LinkFilters filters = new LinkFilters();
  private final ReentrantLock indexLock = new ReentrantLock();
  private final ReentrantLock commitLock = new ReentrantLock();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicBoolean commitScheduled = new AtomicBoolean();
  private final IndexPace pace;
  private volatile @Nullable LatestDocuments latest;
  private volatile long lastChange;
  private volatile long visibleIndex;
  private long drainedIndex;

  /** What a store is opened with beside its directory. */
  record Setup(
      StorePool pool,
      StoreOptions options,
      DescriptionSource descriptions,
      LongSupplier nowMicros,
      boolean mustExist) {}

  private PartitionRuntime(
      Setup setup, StoreDirectory files, Directory directory, StoreMarker marker)
      throws IOException {
    this.setup = setup;
    this.files = files;
    this.health = new StoreHealth(files, this::wakeWaiting);
    this.merges = new BackgroundMerges(setup.pool(), this::mergeFailed);
    this.index =
        PartitionIndex.open(
            directory,
            setup.options().indexBufferBytes(),
            merges,
            marker);
    long committed = index.committedIndex();
    StoreOptions options = setup.options();
    this.pace = new IndexPace(options);
    this.pending =
        new PendingWrites(options.maxPendingCount(), options.maxPendingBytes(), committed);
    this.drainedIndex = committed;
    this.visibleIndex = committed;
    this.lastChange = committed;
    FieldNames names = new FieldNames(options.maxFields());
    names.learn(index.fieldInfos());
    this.mapper = new DocumentMapper(setup.descriptions(), names);
    this.indexer = new Indexer(index, mapper, filters, pending::release);
  }

  private void wakeWaiting() {
    pending.signalRoom();
  }

  private void mergeFailed(Throwable cause) {
    fail("merging", cause);
  }

  static PartitionRuntime open(Path path, Setup setup, IndexDirectories directories) {
    StoreDirectory files = new StoreDirectory(path);
    Directory directory = null;
    try {
      StoreMarker marker = files.prepare(setup.mustExist(), setup.nowMicros().getAsLong());
      directory = directories.open(files.indexPath());
      boolean fresh = marker.state() == StoreMarker.State.CREATING;
      if (!fresh) {
        files.verify(directory, marker, setup.options().verification());
      }
      PartitionRuntime runtime = new PartitionRuntime(setup, files, directory, marker);
      if (fresh) {
        files.markReady(marker);
      }
      return runtime;
    } catch (IOException | RuntimeException e) {
      closeQuietly(directory, e);
      throw files.failure("it cannot be opened", e);
    }
  }

  private static void closeQuietly(@Nullable Directory directory, Exception cause) {
    try {
      if (directory != null) {
        directory.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  void start(LatestDocuments documents) {
    latest = documents;
    prepareFilters();
    setup.pool().join(this);
  }

  PendingWrites pending() {
    return pending;
  }

  LinkFilters filters() {
    return filters;
  }

  StorePool pool() {
    return setup.pool();
  }

  Path directory() {
    return files.path();
  }

  StoreHealth health() {
    return health;
  }

  long committedIndex() {
    return index.committedIndex();
  }

  /** A mapper for one query over versions that were not inverted. */
  DocumentMapper newMapper() {
    return new DocumentMapper(setup.descriptions(), new FieldNames(setup.options().maxFields()));
  }

  /** Turns the store FAILED; what made Lucene's writer give up counts, not that it has. */
  private StoreException fail(String what, Throwable cause) {
    Throwable tragedy = cause instanceof AlreadyClosedException ? index.tragedy() : null;
    return health.fail(what, tragedy == null ? cause : tragedy);
  }

  /** A change was applied. */
  void applied(long logIndex) {
    lastChange = logIndex;
    if (pending.isHalfFull()) {
      scheduleMakingRoom();
    }
  }

  void scheduleMakingRoom() {
    if (drainScheduled.compareAndSet(false, true) && !setup.pool().index(this::makeRoom)) {
      drainScheduled.set(false);
    }
  }

  private boolean isMergingBehind() {
    try {
      return health.isOpen() && index.segments() > MAX_SEGMENTS;
    } catch (AlreadyClosedException _) {
      return false; // closed between the two questions
    }
  }

  private void makeRoom() {
    drainScheduled.set(false);
    if (isMergingBehind()) {
      // Merging has fallen behind: the backlog fills meanwhile and pushes back on writers.
      merges.help();
    }
    indexLock.lock();
    try {
      if (!health.isOpen()) {
        return;
      }
      drain();
      if (visibleIndex < lastChange
          && (pace.isShowDue(System.nanoTime()) || pending.isHalfFull())) {
        show();
        pace.forgetSearch();
      }
    } catch (StoreException _) {
      // The state says it; whoever applies or reads next is told.
    } finally {
      indexLock.unlock();
      pending.signalRoom();
    }
  }

  /** Writes what is pending into the index; with the index lock held. */
  private void drain() {
    PendingWrites.Batch batch = pending.take();
    DirectoryReader current = index.acquire();
    try {
      indexer.write(batch.writes(), current);
      drainedIndex = batch.upTo();
      long bytes = 0;
      for (Write write : batch.writes()) {
        bytes += write.weight();
      }
      pace.drained(batch.writes().size(), bytes);
    } catch (IOException | RuntimeException e) {
      throw fail("indexing", e);
    } finally {
      giveBack(current);
    }
  }

  /** Makes what was drained visible; with the index lock held. */
  private void show() {
    try {
      index.refresh();
      pace.shown();
      prepareFilters();
    } catch (IOException | RuntimeException e) {
      throw fail("refreshing", e);
    }
    visibleIndex = drainedIndex;
    LatestDocuments documents = latest;
    for (Write write : indexer.awaitingSearcher().values()) {
      if (documents != null) {
        documents.shown(write);
      }
      pending.release(write);
    }
    indexer.awaitingSearcher().clear();
  }

  private void prepareFilters() {
    DirectoryReader reader = index.acquire();
    try {
      if (!filters.prepareSmall(reader)) {
        setup.pool().merge(this::prepareAllFilters);
      }
    } catch (IOException e) {
      throw fail("reading links", e);
    } finally {
      giveBack(reader);
    }
  }

  private void prepareAllFilters() {
    try {
      DirectoryReader reader = index.acquire();
      try {
        filters.prepareAll(reader);
      } finally {
        giveBack(reader);
      }
    } catch (AlreadyClosedException _) {
      // Closed meanwhile: nobody needs the filters.
    } catch (IOException e) {
      fail("reading links", e);
    }
  }

  /** A reader as it is, without waiting; to be given back. */
  DirectoryReader acquire() {
    if (health.state() == State.CLOSED) {
      health.requireOpen();
    }
    return index.acquire();
  }

  /** A reader that shows everything applied before this call; to be given back. */
  DirectoryReader acquireCurrent() {
    health.requireOpen();
    pace.searched();
    if (visibleIndex < lastChange) {
      indexLock.lock();
      try {
        health.requireOpen();
        if (visibleIndex < lastChange) {
          drain();
          show();
        }
      } finally {
        indexLock.unlock();
        pending.signalRoom();
      }
    }
    return acquire();
  }

  void giveBack(DirectoryReader reader) {
    try {
      reader.decRef();
    } catch (IOException e) {
      fail("closing a reader", e);
    }
  }

  long commit() {
    commitLock.lock();
    try {
      health.requireOpen();
      if (pending.applied() == index.committedIndex()) {
        return index.committedIndex();
      }
      index.flush();
      indexLock.lock();
      try {
        health.requireOpen();
        drain();
        pace.preparedCommit();
        index.prepareCommit(drainedIndex);
      } finally {
        indexLock.unlock();
      }
      index.finishCommit();
      files.recordCommit(index.generation());
      pace.committed();
      return index.committedIndex();
    } catch (IOException | AlreadyClosedException e) {
      throw fail("committing", e);
    } finally {
      commitLock.unlock();
    }
  }

  /** Reindexes what was indexed by shape; returns how many documents that were. */
  long reindex(String kind) {
    Reindexer reindexer = new Reindexer(index, mapper);
    long total = 0;
    int replaced;
    do {
      indexLock.lock();
      try {
        health.requireOpen();
        drain();
        show();
        replaced = replaceSome(reindexer, kind);
        if (replaced > 0) {
          show();
        }
      } finally {
        indexLock.unlock();
        pending.signalRoom();
      }
      total += replaced;
    } while (replaced > 0);
    return total;
  }

  private int replaceSome(Reindexer reindexer, String kind) {
    DirectoryReader reader = index.acquire();
    try {
      return reindexer.replaceSome(kind, reader);
    } catch (IOException | RuntimeException e) {
      throw fail("reindexing " + kind, e);
    } finally {
      giveBack(reader);
    }
  }

  StoreSnapshot snapshot() {
    commitLock.lock();
    try {
      commit();
      return holdLastCommit();
    } finally {
      commitLock.unlock();
    }
  }

  /** The last commit, held; what was applied since is not in it. */
  StoreSnapshot holdLastCommit() {
    commitLock.lock();
    try {
      health.requireOpen();
      return new StoreSnapshot(
          files.path(), index.snapshot(), index.committedIndex(), this::release);
    } catch (IOException e) {
      throw fail("holding a commit", e);
    } finally {
      commitLock.unlock();
    }
  }

  private void release(IndexCommit commit) {
    try {
      index.release(commit);
    } catch (IOException e) {
      throw fail("releasing a commit", e);
    }
  }

  @Override
  public void tick(long nanoTime) {
    if (!health.isOpen()) {
      return;
    }
    if (pace.isDrainDue(pending.queued(), nanoTime)
        || (visibleIndex < lastChange && pace.isShowDue(nanoTime))) {
      scheduleMakingRoom();
    }
    if (pace.isCommitDue(nanoTime)
        && pending.applied() != index.committedIndex()
        && commitScheduled.compareAndSet(false, true)
        && !setup.pool().commit(this::commitInBackground)) {
      commitScheduled.set(false);
    }
  }

  private void commitInBackground() {
    try {
      if (health.isOpen()) {
        commit();
      }
    } catch (StoreException | IllegalStateException _) {
      // The state says it; whoever applies or reads next is told.
    } finally {
      commitScheduled.set(false);
    }
  }

  void close(boolean committing) {
    setup.pool().leave(this);
    commitLock.lock();
    try {
      if (committing && health.isOpen()) {
        commit();
      }
    } finally {
      try {
        closeIndex();
      } finally {
        commitLock.unlock();
      }
    }
  }

  private void closeIndex() {
    indexLock.lock();
    try {
      if (health.close()) {
        index.close();
      }
    } catch (IOException | AlreadyClosedException e) {
      log.warn("Closing the document store in {} was not clean", files.path(), e);
    } finally {
      indexLock.unlock();
      pending.signalRoom();
    }
  }
}
