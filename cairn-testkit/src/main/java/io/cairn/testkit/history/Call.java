// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.Locale;

/**
 * One action of one client on one document, with what the client knows of it.
 *
 * @param process the client; it has one call under way at a time
 * @param document the document's name
 * @param action what was asked
 * @param result what became of it
 * @param invokedNanos when it was asked, by a monotonic clock that all clients share
 * @param returnedNanos when the result was known; nothing is concluded from it if the result is
 *     {@link Result.Unknown}
 */
public record Call(
    int process,
    String document,
    Action action,
    Result result,
    long invokedNanos,
    long returnedNanos) {

  boolean isUnknown() {
    return result instanceof Result.Unknown;
  }

  /** The same call, with a result that nobody knows. */
  Call forgotten() {
    return new Call(process, document, action, new Result.Unknown(), invokedNanos, Long.MAX_VALUE);
  }

  /** In words, with times in milliseconds since {@code origin}. */
  String describe(long origin) {
    String until = isUnknown() ? "?" : millis(returnedNanos - origin);
    return "[%s .. %s ms] client %d: %s -> %s"
        .formatted(millis(invokedNanos - origin), until, process, asked(), answered());
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }

  private String asked() {
    return switch (action) {
      case Action.Read _ -> "read";
      case Action.Create(String value) -> "create " + value;
      case Action.Write(String value) -> "write " + value;
      case Action.ConditionalWrite(String value, DocumentState expected) ->
          "write " + value + " if " + Seen.of(expected);
      case Action.Increment(long by) -> "increment by " + by;
      case Action.Delete _ -> "delete";
    };
  }

  private String answered() {
    return switch (result) {
      case Result.Done(Seen seen) -> seen.equals(Seen.NOTHING) ? "done" : "done: " + seen;
      case Result.Absent _ -> "no such document";
      case Result.Exists _ -> "exists already";
      case Result.Mismatch _ -> "has changed";
      case Result.Refused _ -> "refused";
      case Result.Unknown _ -> "unknown";
    };
  }
}
