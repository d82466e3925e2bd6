// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.store.disk.BytePace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far a backup or a restoration has come, and whether it is to end; holds it up if it is faster
 * than it may be. One thread advances it; the rest is thread-safe.
 */
public final class BackupProgress {
  private static final int MAX_NOTES = 50;

  private final BytePace pace;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong documents = new AtomicLong();
  private final List<String> notes = new ArrayList<>();
  private volatile long total;
  private volatile String backup = "";
  private volatile String step = "";
  private volatile boolean cancelled;

  /** The progress of work that has not begun. */
  public BackupProgress(BytePace pace) {
    this.pace = pace;
  }

  /** Begins a step of the work, over so many bytes. */
  void begin(String name, long bytes) {
    step = name;
    total = bytes;
    done.set(0);
  }

  /**
   * Notes that so many more bytes are done, and waits as long as they should have taken.
   *
   * @throws BackupException if it is to end
   */
  void advance(long bytes) throws BackupException {
    done.addAndGet(bytes);
    pace.spend(bytes);
    if (cancelled) {
      throw new BackupException(BackupException.Reason.CANCELLED, "It was cancelled");
    }
  }

  /** Notes that one more document is done. */
  void document() {
    documents.incrementAndGet();
  }

  /** Says something to whoever asked for it. */
  synchronized void note(String sentence) {
    if (notes.size() < MAX_NOTES) {
      notes.add(sentence);
    }
  }

  /** Says which backup it is. */
  void names(String id) {
    backup = id;
  }

  /** Has it end soon. */
  public void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  String backup() {
    return backup;
  }

  String step() {
    return step;
  }

  long bytesDone() {
    return done.get();
  }

  long bytesTotal() {
    return total;
  }

  long documentCount() {
    return documents.get();
  }

  synchronized List<String> notes() {
    return List.copyOf(notes);
  }
}
