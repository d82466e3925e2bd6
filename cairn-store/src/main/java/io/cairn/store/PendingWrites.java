// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.StoredForm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was applied and no searcher shows yet: a queue in log order that the indexer drains, and the
 * newest state of each link in it. An entry leaves the map only once a searcher that shows it is
 * the current one, so a reader that looks here first and then asks the searcher misses nothing.
 *
 * <p>The queue and the waiting are guarded by {@code lock}; the map and the counts may be read by
 * any thread.
 */
final class PendingWrites {
  private final int maxCount;
  private final long maxBytes;
  private final ConcurrentHashMap<String, Write> newest = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Write> merged = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private List<Write> queue = new ArrayList<>();
  private int queuedLinks;
  private long queuedBytes;
  private long taken;
  private @Nullable Mark mark;
  private volatile long applied;
  private volatile boolean expiring;
  private volatile long highestUpdateTime;

  PendingWrites(int maxCount, long maxBytes, long applied) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.applied = applied;
  }

  /**
   * One applied change: a version, or a purge where the document is null.
   *
   * @param sequence its place among what the log entry brings
   * @param merged whether the version is retained only and never becomes current
   * @param keptFrom the lowest version number of the link to keep, or {@link #BY_RETENTION}
   */
  record Write(
      long logIndex,
      int sequence,
      String link,
      @Nullable DocumentVersion document,
      boolean merged,
      long keptFrom) {

    /** The kind's own rule says which versions are kept. */
    static final long BY_RETENTION = Long.MAX_VALUE;

    /** All versions are kept. */
    static final long ALL = Long.MIN_VALUE;

    static Write version(long logIndex, int sequence, DocumentVersion document) {
      return new Write(logIndex, sequence, document.link(), document, false, BY_RETENTION);
    }

    static Write purge(long logIndex, int sequence, String link) {
      return new Write(logIndex, sequence, link, null, false, ALL);
    }

    /** The index entry of this change. */
    StoredForm.Entry entry() {
      if (document == null) {
        return StoredForm.Entry.purge(logIndex, sequence, link);
      }
      StoredForm.Role role = merged ? StoredForm.Role.MERGED : StoredForm.Role.VERSION;
      return new StoredForm.Entry(logIndex, sequence, role, document);
    }

    int weight() {
      return document == null ? 2 * link.length() + 160 : document.weight();
    }
  }

  /**
   * What the indexer takes.
   *
   * @param writes the writes in log order
   * @param upTo the index up to which they reach
   * @param mark who wants to see the index just so; more may be queued behind
   */
  record Batch(List<Write> writes, long upTo, @Nullable Mark mark) {}

  /** A place in the log at which somebody wants to see the index. */
  record Mark(long logIndex, int queued, Consumer<HeldReader> viewer) {}

  /** Adds writes; the caller has waited for room. */
  void add(long logIndex, List<Write> writes) {
    long weight = 0;
    for (Write write : writes) {
      weight += write.weight();
    }
    count.addAndGet(writes.size());
    bytes.addAndGet(weight);
    lock.lock();
    try {
      queue.addAll(writes);
      queuedBytes += weight;
      for (Write write : writes) {
        Write before = (write.merged() ? merged : newest).put(write.link(), write);
        if (before == null || before.logIndex() <= taken) {
          queuedLinks++;
        }
        note(write.document());
      }
      applied = logIndex;
    } finally {
      lock.unlock();
    }
  }

  private void note(@Nullable DocumentVersion document) {
    if (document != null) {
      if (document.expirationMicros() > 0) {
        expiring = true;
      }
      highestUpdateTime = Math.max(highestUpdateTime, document.updateTimeMicros());
    }
  }

  /** The highest update time of what was added since the store was opened. */
  long highestUpdateTime() {
    return highestUpdateTime;
  }

  /** Whether anything of a link may not be shown by the current searcher. */
  boolean holds(String link) {
    return newest.containsKey(link) || merged.containsKey(link);
  }

  /** Whether something that expires was added since the last call. */
  boolean takeExpiring() {
    if (!expiring) {
      return false;
    }
    expiring = false;
    return true;
  }

  /** Records that a log entry was applied that changes nothing here. */
  void note(long logIndex) {
    lock.lock();
    try {
      applied = logIndex;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records a log entry that changes nothing, and has somebody see the index with all that came
   * before and nothing that comes after. False if somebody else waits for that still.
   */
  boolean mark(long logIndex, Consumer<HeldReader> viewer) {
    lock.lock();
    try {
      applied = logIndex;
      if (mark != null) {
        return false;
      }
      mark = new Mark(logIndex, queue.size(), viewer);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until there is room, or until {@code givenUp} says that waiting is pointless. */
  void awaitRoom(BooleanSupplier givenUp) {
    if (!isFull()) {
      return;
    }
    lock.lock();
    try {
      while (isFull() && !givenUp.getAsBoolean()) {
        room.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes those who wait for room. */
  void signalRoom() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Batch take() {
    lock.lock();
    try {
      List<Write> writes = queue;
      Mark until = mark;
      if (until != null) {
        mark = null;
        queue = new ArrayList<>(writes.subList(until.queued(), writes.size()));
        taken = until.logIndex();
        return new Batch(List.copyOf(writes.subList(0, until.queued())), until.logIndex(), until);
      }
      queue = new ArrayList<>();
      queuedLinks = 0;
      queuedBytes = 0;
      taken = applied;
      return new Batch(writes, applied, null);
    } finally {
      lock.unlock();
    }
  }

  /** The write will never be looked for here again: it was superseded or a searcher shows it. */
  void release(Write write) {
    (write.merged() ? merged : newest).remove(write.link(), write);
    count.decrementAndGet();
    bytes.addAndGet(-write.weight());
  }

  @Nullable Write newest(String link) {
    return newest.get(link);
  }

  /**
   * What waits for the indexer.
   *
   * @param links how many versions will be inverted: the newest of each link
   * @param bytes what all versions weigh
   * @param marked whether somebody wants to see the index at a place in the log
   */
  record Queued(int links, long bytes, boolean marked) {}

  Queued queued() {
    lock.lock();
    try {
      return new Queued(queuedLinks, queuedBytes, mark != null);
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    return count.get() >= maxCount || bytes.get() >= maxBytes;
  }

  /** Three quarters full: time to refuse new work before apply has to block. */
  boolean isCrowded() {
    return count.get() >= maxCount - maxCount / 4 || bytes.get() >= maxBytes - maxBytes / 4;
  }

  boolean isHalfFull() {
    return count.get() >= maxCount / 2 || bytes.get() >= maxBytes / 2;
  }

  long count() {
    return count.get();
  }

  long bytes() {
    return bytes.get();
  }

  long applied() {
    return applied;
  }
}
