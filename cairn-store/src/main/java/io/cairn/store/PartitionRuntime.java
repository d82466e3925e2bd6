// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.DocumentStore.State;
import io.cairn.store.PendingWrites.Write;
import io.cairn.store.disk.IndexCommitEvent;
import io.cairn.store.disk.RoomRetry;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreMarker;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.FieldNames;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.LinkFilters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was applied into the index: draining, refreshing, committing, and what happens when
 * one of them fails.
 *
 * <p>{@code indexLock} guards the index's changes and {@link Draining}, so that a commit holds
 * exactly what its applied index says; {@code commitLock} keeps commits apart and is taken first.
 */
final class PartitionRuntime {
  private static final Logger log = LoggerFactory.getLogger(PartitionRuntime.class);

  /** With more segments, the indexing thread merges before it writes more. */
  private static final int MAX_SEGMENTS = 100;

  private final StoreSetup setup;
  private final StoreDirectory files;
  private final RoomRetry retry;
  private final StoreMarker marker;
  private final PartitionIndex index;
  private final PendingWrites pending;
  private final DocumentMapper mapper;
  private final BackgroundMerges merges;
  private final StoreHealth health;
  private final LinkFilters filters;
  private final ReentrantLock indexLock = new ReentrantLock();
  private final ReentrantLock commitLock = new ReentrantLock();
  private final IndexPace pace;
  private final BackgroundWork background;
  private final Draining draining;
  private final KindForms forms;
  private final Reindexing reindexing;

  PartitionRuntime(
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
    this.pace = new IndexPace(setup.options(), setup.pool());
    this.background = new BackgroundWork(this, pace, setup.pool());
    this.forms = new KindForms(setup.descriptions());
    this.merges = new BackgroundMerges(setup.pool(), pace, this::mergeFailed);
    this.index =
        PartitionIndex.open(
            directory,
            setup.options(),
            new PartitionIndex.Merging(merges, setup.pool().room()),
            marker,
            forms);
    this.filters = new LinkFilters();
    long committed = index.committedIndex();
    StoreOptions options = setup.options();
    this.pending =
        new PendingWrites(options.maxPendingCount(), options.maxPendingBytes(), committed);
    FieldNames names = new FieldNames(options.maxFields());
    names.learn(index.fieldInfos());
    this.mapper = new DocumentMapper(forms, names);
    Indexer indexer = new Indexer(index, mapper, filters, pending::release);
    this.draining = new Draining(this, index, indexer, pace);
    this.reindexing = new Reindexing(this, index, mapper, setup.descriptions());
  }

  private void wakeWaiting() {
    pending.signalRoom();
  }

  private void mergeFailed(Throwable cause) {
    fail("merging", cause);
  }

  void start(LatestDocuments documents) {
    draining.start(documents);
    setup.pool().join(background);
  }

  StoreMarker marker() {
    return marker;
  }

  PendingWrites pending() {
    return pending;
  }

  StorePool pool() {
    return setup.pool();
  }

  LinkFilters filters() {
    return filters;
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
    return new DocumentMapper(forms, new FieldNames(setup.options().maxFields()));
  }

  /** Turns the store FAILED; what made Lucene's writer give up counts, not that it has. */
  StoreException fail(String what, Throwable cause) {
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
      setup.pool().stir();
      return;
    }
    if (pending.isFull()) {
      background.makeRoomSoon();
      pending.awaitRoom(() -> health.state() != State.OPEN);
      health.requireOpen();
    }
    pending.add(logIndex, writes);
    draining.changed(logIndex);
    setup.pool().stir();
    if (pending.isHalfFull()) {
      background.makeRoomSoon();
    }
  }

  DocumentMapper mapper() {
    return mapper;
  }

  Draining draining() {
    return draining;
  }

  private boolean isMergingBehind() {
    try {
      return health.isOpen() && index.segments() > MAX_SEGMENTS;
    } catch (AlreadyClosedException _) {
      return false; // closed between the two questions
    }
  }

  /** Writes what is pending into the index, and shows it if that is due. */
  void makeRoom() {
    if (isMergingBehind()) {
      // Merging has fallen behind: the backlog fills meanwhile and pushes back on writers.
      merges.help();
    }
    indexLock.lock();
    try {
      if (!health.isOpen()) {
        return;
      }
      draining.drain();
      if (draining.isBehind()
          && (pace.isShowDue(setup.pool().nanoTime()) || pending.isHalfFull())) {
        draining.show();
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
  boolean view(long logIndex, Consumer<HeldReader> viewer) {
    health.requireOpen();
    if (logIndex <= pending.applied()) {
      return false;
    }
    boolean accepted = pending.mark(logIndex, viewer);
    background.makeRoomSoon();
    return accepted;
  }

  /** A reader as it is, without waiting; to be given back. */
  HeldReader acquire() {
    if (health.state() == State.CLOSED) {
      health.requireOpen();
    }
    return new HeldReader(this, index.acquire());
  }

  /** A reader that shows everything applied before this call; to be given back. */
  HeldReader acquireCurrent() {
    health.requireOpen();
    pace.searched();
    if (draining.isBehind()) {
      requireRoom();
      locked(
          "refreshing",
          () -> {
            if (draining.isBehind()) {
              draining.drain();
              draining.show();
            }
            return true;
          });
    }
    return acquire();
  }

  /** Whether something that was applied cannot be written now for want of room. */
  boolean isWaitingForRoom() {
    return retry.isWaiting();
  }

  /** A search would have to write first what it is to see, and wait with all who wait for room. */
  private void requireRoom() {
    if (isWaitingForRoom()) {
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
   * @param held shows exactly what was applied up to {@code upTo}; to be given back
   * @param purgesKnownFrom it has a trace of each purge after this log index
   */
  record Standing(HeldReader held, long upTo, long purgesKnownFrom) {}

  Standing standing() {
    health.requireOpen();
    return locked(
        "refreshing",
        () -> {
          draining.drain();
          draining.showDrained();
          return new Standing(acquire(), draining.drainedIndex(), index.purgesKnownFrom());
        });
  }

  /** Does something with the index lock held, in a store that is open. */
  private <T> T locked(String what, IOSupplier<T> work) {
    indexLock.lock();
    try {
      health.requireOpen();
      return work.get();
    } catch (IOException e) {
      throw fail(what, e);
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
        draining.drain();
        draining.show();
        fillAndCommit(upTo, filling);
        draining.filled(upTo);
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

  boolean isCommitted() {
    return pending.applied() == index.committedIndex() && !pace.hasMerged();
  }

  long commit() {
    commitLock.lock();
    try {
      health.requireOpen();
      if (isCommitted()) {
        return index.committedIndex();
      }
      IndexCommitEvent event = new IndexCommitEvent();
      event.begin();
      index.flush();
      indexLock.lock();
      try {
        health.requireOpen();
        draining.drain();
        pace.preparedCommit();
        index.prepareCommit(
            draining.drainedIndex(), indexLock::unlock); // nobody waits for the disk
      } finally {
        if (indexLock.isHeldByCurrentThread()) {
          indexLock.unlock();
        }
      }
      finishCommit();
      event.appliedIndex = index.committedIndex();
      event.directory = String.valueOf(files.path().getFileName());
      event.commit();
      return index.committedIndex();
    } catch (IOException | AlreadyClosedException e) {
      throw fail("committing", e);
    } finally {
      commitLock.unlock();
    }
  }

  /** What searchers show; nothing while the store cannot say. */
  StorePool.Held held() {
    try {
      return index.held(pending.count(), pending.bytes());
    } catch (IOException | AlreadyClosedException _) {
      return StorePool.Held.NOTHING;
    }
  }

  KindForms forms() {
    return forms;
  }

  Reindexing reindexing() {
    return reindexing;
  }

  /** Changes what is in the index, all of which the present reader shows, and shows the change. */
  <T> T reworked(String what, IOSupplier<T> work) {
    return locked(
        what,
        () -> {
          draining.drain();
          draining.show();
          T result = work.get();
          draining.show();
          return result;
        });
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

  void close(boolean committing) {
    setup.pool().leave(background);
    reindexing.end();
    boolean roomy = !isWaitingForRoom();
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
