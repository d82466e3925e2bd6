// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries out operations one after another, in the order in which they came: decides, writes to the
 * journal, makes visible, reports. Whoever finds nobody at work does the work of all that wait, and
 * those share one write to the disk. Safe for all threads; operations run under its lock.
 */
final class AttributesCommitter {

  private static final int MAX_BATCH = 256;

  /** Most operations that may wait without anybody waiting for them. */
  private static final int MAX_OFFERED = 1024;

  /** What an operation goes on with that has nothing more to do. */
  static final Consumer<AttributesOutbox> NOTHING_MORE = outbox -> {};

  /** Something that may change entries. */
  @FunctionalInterface
  interface Operation {

    /**
     * Puts what it changes into the draft, or nothing if it throws.
     *
     * @return goes on when what it changed is durable and visible
     */
    Consumer<AttributesOutbox> decide(AttributesDraft draft);

    /** Takes note that the disk failed, and that nothing was changed. */
    default void failed(IOException failure) {}
  }

  private final Supplier<AttributesDraft> drafts;
  private final EntryStore store;
  private final Journal journal;
  private final AttributesEnvironment environment;
  private final Consumer<AttributeEvent> events;
  private final Consumer<AttributesOutbox> afterwards;
  private final ReentrantLock working = new ReentrantLock();
  private final Queue<Operation> waiting = new ArrayDeque<>();
  private boolean isClosed;

  /**
   * Has everything ready.
   *
   * @param events hears, under the lock, what became visible
   * @param afterwards runs, under the lock, after each batch
   */
  AttributesCommitter(
      Supplier<AttributesDraft> drafts,
      EntryStore store,
      Journal journal,
      AttributesEnvironment environment,
      Consumer<AttributeEvent> events,
      Consumer<AttributesOutbox> afterwards) {
    this.drafts = drafts;
    this.store = store;
    this.journal = journal;
    this.environment = environment;
    this.events = events;
    this.afterwards = afterwards;
  }

  /**
   * Carries out an operation before it returns. May wait for the disk.
   *
   * @throws IllegalStateException if called from within one
   */
  void run(Operation operation) {
    if (working.isHeldByCurrentThread()) {
      throw new IllegalStateException("attributes cannot be changed while a change is reported");
    }
    synchronized (waiting) {
      waiting.add(operation);
    }
    drain();
  }

  /**
   * Has an operation carried out soon. Never waits for the disk.
   *
   * @return false if too many are waiting; it is forgotten
   */
  boolean offer(Operation operation) {
    synchronized (waiting) {
      if (waiting.size() >= MAX_OFFERED) {
        return false;
      }
    }
    post(operation);
    return true;
  }

  /** Has an operation that must not be forgotten carried out soon. Never waits for the disk. */
  void post(Operation operation) {
    synchronized (waiting) {
      waiting.add(operation);
    }
    if (journal.isDurable() || working.isHeldByCurrentThread()) {
      environment.background().execute(this::drain);
    } else {
      drain();
    }
  }

  /** Runs something while no operation does, and none after it. */
  void close(Runnable last) {
    working.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        last.run();
      }
    } finally {
      working.unlock();
    }
  }

  private void drain() {
    AttributesOutbox outbox = new AttributesOutbox();
    working.lock();
    try {
      for (List<Operation> batch = next(); !batch.isEmpty(); batch = next()) {
        commit(batch, outbox);
        afterwards.accept(outbox);
      }
    } finally {
      working.unlock();
    }
    outbox.run();
  }

  private List<Operation> next() {
    List<Operation> batch = new ArrayList<>();
    synchronized (waiting) {
      if (isClosed) {
        waiting.clear();
      }
      while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
    }
    return batch;
  }

  private void commit(List<Operation> batch, AttributesOutbox outbox) {
    AttributesDraft draft = drafts.get();
    List<Consumer<AttributesOutbox>> rest =
        batch.stream().map(operation -> operation.decide(draft)).toList();
    if (!draft.isEmpty()) {
      try {
        journal.append(draft.entries(), draft.horizons());
      } catch (IOException e) {
        batch.forEach(operation -> operation.failed(e));
        return;
      }
      store.apply(draft, environment.nanoTime().getAsLong()).forEach(events);
      journal.tidy(store);
    }
    rest.forEach(committed -> committed.accept(outbox));
  }
}
