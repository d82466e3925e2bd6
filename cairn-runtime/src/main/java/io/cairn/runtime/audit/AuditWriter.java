// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.net.OncePerMinute;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes events off the hands of those who answer requests, and writes their records into the file,
 * on a thread of its own. When more come than can wait, or when the disk takes none, records are
 * missing; then a record says how many. Thread-safe.
 */
final class AuditWriter implements AutoCloseable {

  /** How many events may wait. */
  static final int MOST_WAITING = 8_192;

  private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
  private static final int BATCH = 256;
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** What every document has, and no record yet. */
  private static final List<String> NOT_YET =
      List.of(
          ServiceDocument.FIELD_NAME_VERSION,
          ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS,
          ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS);

  private final LinkedTransferQueue<Waiting> queue = new LinkedTransferQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final AuditRecords records;
  private final FailureCounts failures;
  private final AuditTime time;
  private final OncePerMinute warnings;
  private volatile @Nullable Thread thread;

  /** The file, and who is to hear that it has more. */
  record Output(AuditFile file, Runnable written) {}

  /** What the thread is given: an event, or the end. */
  private record Waiting(@Nullable AuditEvent event) {}

  AuditWriter(AuditRecords records, AuditTime time) {
    this.records = records;
    this.failures = new FailureCounts(records);
    this.time = time;
    this.warnings = new OncePerMinute(time.nanoTime());
  }

  /** Takes an event, or counts it as lost. Never blocks. */
  void offer(AuditEvent event) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      lost.incrementAndGet();
    } else {
      queue.add(new Waiting(event));
    }
  }

  /** Whether everything that came is written. */
  boolean isIdle() {
    return waiting.get() == 0;
  }

  /** Begins to write. */
  void start(Output output) {
    thread = Thread.ofVirtual().name("cairn-audit").start(() -> run(output));
  }

  private void run(Output output) {
    try {
      boolean open = true;
      while (open) {
        List<AuditRecord> batch = new ArrayList<>();
        int taken = 0;
        for (Waiting next = await(); next != null; next = taken < BATCH ? queue.poll() : null) {
          if (next.event() == null) {
            open = false;
            break;
          }
          taken++;
          take(next.event(), batch);
        }
        failures.ended(open ? time.nowMicros().getAsLong() : Long.MAX_VALUE, batch::add);
        write(batch, output);
        waiting.addAndGet(-taken);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Waiting await() throws InterruptedException {
    long next = failures.nextMicros();
    return next == Long.MAX_VALUE
        ? queue.take()
        : queue.poll(
            Math.max(0, next - time.nowMicros().getAsLong()) + 1_000, TimeUnit.MICROSECONDS);
  }

  private void take(AuditEvent event, List<AuditRecord> batch) {
    try {
      AuditRecord record = records.of(event);
      boolean failed = record.outcome != AuditRecord.Outcome.DONE;
      if (!failed || failures.isFirst(record, time.nowMicros().getAsLong())) {
        batch.add(record);
      }
    } catch (RuntimeException e) {
      lost.incrementAndGet();
      if (warnings.isDue()) {
        log.warn("No record could be made of {}", event, e);
      }
    }
  }

  private void write(List<AuditRecord> batch, Output output) {
    long missing = lost.getAndSet(0);
    int made = batch.size();
    if (missing > 0) {
      batch.add(
          lost(missing, "more happened than could be written down, or the disk took no more"));
    }
    if (batch.isEmpty()) {
      return;
    }
    long unwritten = missing + made;
    try {
      long gone = output.file().append(batch.stream().map(AuditWriter::line).toList());
      unwritten = gone;
      if (gone > 0) {
        String why = "the files were full before the group had taken these (auditFileSize)";
        var _ = output.file().append(List.of(line(lost(gone, why))));
      }
      output.written().run();
    } catch (IOException | RuntimeException e) {
      lost.addAndGet(unwritten);
      if (warnings.isDue()) {
        log.warn("The audit cannot be written; what happens meanwhile is counted only", e);
      }
    }
  }

  private AuditRecord lost(long count, String why) {
    return records.lost(count, time.nowMicros().getAsLong(), why);
  }

  static String line(AuditRecord record) {
    ObjectNode line = (ObjectNode) DocumentJson.standard().toTree(record);
    return DocumentJson.standard().toJson(line.remove(NOT_YET));
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    Thread writing = thread;
    queue.add(new Waiting(null));
    if (writing != null) {
      try {
        var _ = writing.join(CLOSING);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
