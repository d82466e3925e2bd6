// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.bulk.BulkResult.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a body of lines, as lines of JSON: results in the order of the body, progress if
 * asked for, and a summary as the last line. An answer without a summary was broken off. Used by
 * one thread.
 */
final class BulkReport {

  /** Which results the answer has. */
  enum Results {
    FAILURES,
    ALL
  }

  /**
   * What is to be told.
   *
   * @param results which results
   * @param progress a line of progress after so many items; 0 for none
   * @param maxFailures with so many failures the work stops
   */
  record Wishes(Results results, long progress, int maxFailures) {
    static final int MOST_FAILURES = 10_000;

    Wishes {
      if (progress < 0) {
        throw new IllegalArgumentException(
            "progress is %d: it must not be negative".formatted(progress));
      }
      if (maxFailures < 1 || maxFailures > MOST_FAILURES) {
        throw new IllegalArgumentException(
            "maxFailures is %d: it must be from 1 to %d".formatted(maxFailures, MOST_FAILURES));
      }
    }
  }

  /**
   * How far the work has come.
   *
   * @param complete whether the whole body is done, failures included; null while it goes on
   * @param nextLine where to go on: everything before this line is done
   * @param stopped why it is not complete; null if it is
   */
  record BulkSummary(
      @Nullable Boolean complete,
      long created,
      long updated,
      long deleted,
      long unchanged,
      long kept,
      long failed,
      long nextLine,
      @Nullable String stopped) {}

  private record Progress(BulkSummary progress) {}

  private record Summary(BulkSummary summary) {}

  private final OutputStream out;
  private final Wishes wishes;
  private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
  private long items;
  private long nextLine;

  BulkReport(OutputStream out, Wishes wishes, long from) {
    this.out = out;
    this.wishes = wishes;
    this.nextLine = from;
  }

  /** Takes the result of the next item. */
  void take(BulkResult result) throws IOException {
    counts.merge(result.outcome(), 1L, Long::sum);
    items++;
    if (result.line() != null) {
      nextLine = result.line() + 1;
    }
    if (wishes.results() == Results.ALL || result.outcome() == Outcome.FAILED) {
      write(result);
    }
    if (wishes.progress() > 0 && items % wishes.progress() == 0) {
      write(new Progress(summary(null, null)));
      out.flush();
    }
  }

  /** Whether so many items have failed that the work is to stop. */
  boolean isOver() {
    return count(Outcome.FAILED) >= wishes.maxFailures();
  }

  /**
   * Writes the summary.
   *
   * @param stopped why the body was not done to its end; null if it was
   */
  void end(@Nullable String stopped) throws IOException {
    write(new Summary(summary(stopped == null, stopped)));
    out.flush();
  }

  private BulkSummary summary(@Nullable Boolean complete, @Nullable String stopped) {
    return new BulkSummary(
        complete,
        count(Outcome.CREATED),
        count(Outcome.UPDATED),
        count(Outcome.DELETED),
        count(Outcome.UNCHANGED),
        count(Outcome.KEPT),
        count(Outcome.FAILED),
        nextLine,
        stopped);
  }

  private long count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  private void write(Object line) throws IOException {
    out.write(DocumentJson.standard().toBytes(line));
    out.write('\n');
  }
}
