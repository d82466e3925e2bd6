// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.DocumentStore.State;
import io.cairn.store.PendingWrites.Write;
import io.cairn.store.disk.RoomRetry;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreMarker;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.FieldNames;
import io.cairn.store.index.LinkFilters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was applied into the index: draining, refreshing, committing, and what happens when
 * one of them fails.
 *
 * <p>{@code indexLock} guards the index's changes and {@code drainedIndex}, so that a commit holds
 * exactly what its applied index says; {@code commitLock} keeps commits apart and is taken first.
 */
final class PartitionRuntime implements StorePool.Member {
  private static final Logger log = LoggerFactory.getLogger(PartitionRuntime.class);

  /** With more segments, the indexing thread merges before it writes more. */
  private static final int MAX_SEGMENTS = 100;

  private final StoreSetup setup;
  private final StoreDirectory files;
  private final RoomRetry retry;
  private final StoreMarker marker;
  private final PartitionIndex index;
  private final PendingWrites pending;
  private final Indexer indexer;
  private final DocumentMapper mapper;
  private final BackgroundMerges merges;
  private final StoreHealth health;
  private final LinkFilters filters;
  private final ReentrantLock indexLock = new ReentrantLock();
  private final ReentrantLock commitLock = new ReentrantLock();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicBoolean commitScheduled = new AtomicBoolean();
  private final IndexPace pace;
  private volatile @Nullable LatestDocuments latest;
  private volatile long lastChange;
  private volatile long visibleIndex;
  private long drainedIndex;

  private PartitionRuntime(
      StoreSetup setup,
      StoreDirectory files,
      Directory directory,
      RoomRetry retry,
      StoreMarker marker)
      throws IOException {
    this.retry = retry;
    this.setup = setup;
    this.files = files;
    this.marker = marker.ready();
    this.health = new StoreHealth(files, this::wakeWaiting);
    this.pace = new IndexPace(setup.options(), setup.pool().room());
    this.merges = new BackgroundMerges(setup.pool(), pace, this::mergeFailed);
    this.index =
        PartitionIndex.open(
            directory,
            setup.options(),
            new PartitionIndex.Merging(merges, setup.pool().room()),
            marker);
    this.filters = new LinkFilters();
    long committed = index.committedIndex();
    StoreOptions options = setup.options();
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

  /** Opens what is in a partition's directory, or makes it. */
  static PartitionRuntime open(Path path, StoreSetup setup) {
    StoreDirectory files = new StoreDirectory(path);
    try {
      StoreMarker marker = files.prepare(setup.mustExist(), setup.nowMicros().getAsLong());
      PartitionRuntime runtime = openAt(files, marker, setup);
      if (marker.state() == StoreMarker.State.CREATING) {
        files.markReady(marker);
      }
      files.removeLeftovers(marker);
      return runtime;
    } catch (IOException e) {
      throw files.failure("it cannot be opened", e);
    }
  }

  /** Opens the index that a marker names, which need not be the one on disk. */
  static PartitionRuntime openAt(StoreDirectory files, StoreMarker marker, StoreSetup setup) {
    Directory directory = null;
    RoomRetry retry = new RoomRetry(setup.pool().room(), files.path());
    try {
      directory = setup.directories().open(files.indexPath(marker), retry);
      if (marker.state() != StoreMarker.State.CREATING) {
        StoreOptions.Verification how = setup.options().verification();
        files.verify(directory, marker, how == StoreOptions.Verification.CHECKSUMS);
      }
      return new PartitionRuntime(setup, files, directory, retry, marker);
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

  StoreMarker marker() {
    return marker;
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

  /**
   * Applies changes, or notes that there are none; nothing when the log index was applied before.
   */
  void apply(long logIndex, List<Write> writes) {
    health.requireOpen();
    if (logIndex <= pending.applied()) {
      return;
    }
    if (writes.isEmpty()) {
      pending.note(logIndex);
      return;
    }
    if (pending.isFull()) {
      scheduleMakingRoom();
      pending.awaitRoom(() -> health.state() != State.OPEN);
      health.requireOpen();
    }
    pending.add(logIndex, writes);
    lastChange = logIndex;
    if (pending.isHalfFull()) {
      scheduleMakingRoom();
    }
  }

  DocumentMapper mapper() {
    return mapper;
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

  /**
   * Applies an entry that changes nothing, and has somebody see the index as it stands then: with a
   * reader to be given back, on an indexing thread. False if that is not going to happen.
   */
  boolean view(long logIndex, Consumer<DirectoryReader> viewer) {
    health.requireOpen();
    if (logIndex <= pending.applied()) {
      return false;
    }
    boolean accepted = pending.mark(logIndex, viewer);
    scheduleMakingRoom();
    return accepted;
  }

  /** Writes what is pending into the index; with the index lock held. */
  private void drain() {
    for (PendingWrites.Mark mark = drainSome(); mark != null; mark = drainSome()) {
      show();
      mark.viewer().accept(acquire());
    }
  }

  private PendingWrites.@Nullable Mark drainSome() {
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
      return batch.mark();
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
    indexer.shown(
        write -> {
          if (documents != null) {
            documents.shown(write);
          }
        });
  }

  private void prepareFilters() {
    FilterPreparation.run(index, filters, setup.pool(), cause -> fail("reading links", cause));
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
      requireRoom();
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

  /** Whether something that was applied cannot be written now for want of room. */
  boolean isWaitingForRoom() {
    return retry.isWaiting();
  }

  /** A search would have to write first what it is to see, and wait with all who wait for room. */
  private void requireRoom() {
    if (retry.isWaiting()) {
      throw new StoreException(
          "The index in "
              + files.path()
              + " waits for room on its disk: what was written last cannot be searched until there"
              + " is. Free space on that disk or enlarge it",
          null);
    }
  }

  void giveBack(DirectoryReader reader) {
    try {
      reader.decRef();
    } catch (IOException e) {
      fail("closing a reader", e);
    }
  }

  /**
   * A reader and what it stands for.
   *
   * @param reader shows exactly what was applied up to {@code upTo}; to be given back
   * @param purgesKnownFrom it has a trace of each purge after this log index
   */
  record Standing(DirectoryReader reader, long upTo, long purgesKnownFrom) {}

  Standing standing() {
    health.requireOpen();
    indexLock.lock();
    try {
      health.requireOpen();
      drain();
      if (visibleIndex < drainedIndex) {
        show();
      }
      return new Standing(acquire(), drainedIndex, index.purgesKnownFrom());
    } finally {
      indexLock.unlock();
      pending.signalRoom();
    }
  }

  /** Writes into the index what did not come through {@link #pending()}. */
  @FunctionalInterface
  interface Filling {
    void fill(PartitionIndex index, LinkFilters filters, DirectoryReader current)
        throws IOException;
  }

  /**
   * Fills the index in one step: nothing of it is durable or visible before all of it is, and then
   * the store stands at another log index. Called as changes are applied.
   */
  void fill(long upTo, Filling filling) {
    commitLock.lock();
    try {
      commit();
      indexLock.lock();
      try {
        health.requireOpen();
        drain();
        show();
        fillAndCommit(upTo, filling);
        lastChange = upTo;
        pending.note(upTo);
        drainedIndex = upTo;
        show();
        LatestDocuments documents = latest;
        if (documents != null) {
          documents.forgetAll();
        }
      } finally {
        indexLock.unlock();
      }
    } catch (IOException | RuntimeException e) {
      throw fail("installing what another replica sent", e);
    } finally {
      commitLock.unlock();
    }
  }

  private void fillAndCommit(long upTo, Filling filling) throws IOException {
    DirectoryReader current = index.acquire();
    try {
      filling.fill(index, filters, current);
    } finally {
      giveBack(current);
    }
    index.prepareCommit(upTo, () -> {});
    finishCommit();
  }

  private void finishCommit() throws IOException {
    index.finishCommit();
    files.recordCommit(marker, index.generation(), setup.pool().room());
    pace.committed();
  }

  private boolean isCommitted() {
    return pending.applied() == index.committedIndex() && !pace.hasMerged();
  }

  @Override
  public long uncommittedBytes() {
    return pending.bytes() + pace.bytesSinceCommit();
  }

  long commit() {
    commitLock.lock();
    try {
      health.requireOpen();
      if (isCommitted()) {
        return index.committedIndex();
      }
      index.flush();
      indexLock.lock();
      try {
        health.requireOpen();
        drain();
        pace.preparedCommit();
        index.prepareCommit(drainedIndex, indexLock::unlock); // nobody waits for the disk
      } finally {
        if (indexLock.isHeldByCurrentThread()) {
          indexLock.unlock();
        }
      }
      finishCommit();
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
        replaced = reindexer.replaceSome(kind);
        if (replaced > 0) {
          show();
        }
      } catch (IOException e) {
        throw fail("reindexing " + kind, e);
      } finally {
        indexLock.unlock();
        pending.signalRoom();
      }
      total += replaced;
    } while (replaced > 0);
    return total;
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
          files.path(), marker, index.snapshot(), index.committedIndex(), this::release);
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
    if (pace.isCommitDue(nanoTime)) {
      relieve();
    }
  }

  @Override
  public void relieve() {
    if (health.isOpen()
        && !isCommitted()
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
    boolean roomy = !retry.isWaiting();
    retry.end();
    commitLock.lock();
    try {
      if (committing && roomy && health.isOpen()) {
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
