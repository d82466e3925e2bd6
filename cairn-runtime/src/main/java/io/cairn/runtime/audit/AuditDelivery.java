// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.document.DocumentJson;
import io.cairn.net.OncePerMinute;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the group take the records of the file as documents, some at a time, on a thread of its own.
 * While the group takes none, as without a quorum, they wait in the file, also through a restart. A
 * record that is sent again is the same document. Thread-safe.
 */
final class AuditDelivery implements AutoCloseable {

  /** What became of a record. */
  enum Taken {
    /** The group has it. */
    YES,
    /** Not now. */
    LATER,
    /** Never: it is said once, and the next one's turn. */
    NEVER
  }

  /** How many records are under way at a time. */
  private static final int BATCH = 64;

  /** After how many records it is looked whether there are too many. */
  private static final int LOOK_EACH = 1_000;

  private static final Logger log = LoggerFactory.getLogger(AuditDelivery.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final AuditFile file;
  private final Function<AuditRecord, CompletableFuture<Taken>> group;
  private final Runnable bound;
  private final OncePerMinute warnings;
  private final Thread thread;
  private final Semaphore more = new Semaphore(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Delivers what a file has, from {@link #start} on.
   *
   * @param group takes a record; the future always completes
   * @param bound sees to it that there are not too many; may block
   */
  AuditDelivery(
      AuditFile file,
      Function<AuditRecord, CompletableFuture<Taken>> group,
      Runnable bound,
      LongSupplier nanoTime) {
    this.file = file;
    this.group = group;
    this.bound = bound;
    this.warnings = new OncePerMinute(nanoTime);
    this.thread = Thread.ofVirtual().name("cairn-audit-delivery").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** The file has more. */
  void written() {
    more.release();
  }

  private boolean awaitMore() throws InterruptedException {
    more.acquire();
    var _ = more.drainPermits();
    return !isClosed();
  }

  private void pause(long millis) throws InterruptedException {
    var _ = closed.await(millis, TimeUnit.MILLISECONDS);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void run() {
    try {
      int sinceLook = LOOK_EACH;
      while (awaitMore()) {
        long pause = FIRST_PAUSE_MILLIS;
        int taken = 1;
        while (taken != 0 && !isClosed()) {
          taken = deliverSome();
          if (taken < 0) {
            pause(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
          } else {
            pause = FIRST_PAUSE_MILLIS;
            sinceLook += taken;
          }
        }
        if (sinceLook >= LOOK_EACH && !isClosed()) {
          sinceLook = 0;
          bound.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many records were taken; less than 0 if it is to be tried again. */
  private int deliverSome() {
    try {
      AuditFile.Chunk chunk = file.next(BATCH);
      List<CompletableFuture<Taken>> answers = new ArrayList<>();
      for (String line : chunk.lines()) {
        AuditRecord record = read(line);
        if (record != null) {
          answers.add(group.apply(record));
        }
      }
      boolean again = false;
      for (CompletableFuture<Taken> answer : answers) {
        Taken taken = answer.join();
        again |= taken == Taken.LATER;
        if (taken == Taken.NEVER && warnings.isDue()) {
          log.warn("The group refuses a record of the audit; it is in the file only");
        }
      }
      if (again) {
        return -1;
      }
      if (!chunk.lines().isEmpty()) {
        file.delivered(chunk.end());
      }
      return chunk.lines().size();
    } catch (IOException | RuntimeException e) {
      if (!isClosed() && warnings.isDue()) {
        log.warn("The audit cannot be read from its file; it is tried again", e);
      }
      return -1;
    }
  }

  /** A line that a host was writing when it was killed is none. */
  private static @Nullable AuditRecord read(String line) {
    try {
      AuditRecord record = DocumentJson.standard().fromJson(line, AuditRecord.class);
      return record == null || record.documentSelfLink == null ? null : record;
    } catch (RuntimeException e) {
      log.debug("A line of the audit is no record", e);
      return null;
    }
  }

  /**
   * Waits until the group has everything, at most so long.
   *
   * @param written whether the file has it
   */
  void awaitDelivered(Duration limit, BooleanSupplier written, LongSupplier nanoTime) {
    long end = nanoTime.getAsLong() + limit.toNanos();
    try {
      while (nanoTime.getAsLong() < end
          && thread.isAlive()
          && !(written.getAsBoolean() && file.isDelivered())) {
        Thread.sleep(5);
      }
    } catch (IOException e) {
      log.debug("It is not known what the group has of the audit", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    more.release();
    try {
      var _ = thread.isAlive() && !thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
