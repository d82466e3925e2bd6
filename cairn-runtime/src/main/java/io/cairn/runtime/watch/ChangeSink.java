// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * Takes what somebody watches, in order. Called by one thread, which may be kept waiting; meanwhile
 * what comes is left where it is stored.
 */
public interface ChangeSink {

  /** What has become of a document. */
  enum Fate {
    /** It was made or changed, and matches. */
    CHANGED,
    /** It has matched and does not any more. */
    LEFT,
    /** It is gone. */
    DELETED
  }

  /** A document that matches at the beginning. */
  void current(DocumentVersion document);

  /** From here on changes follow; so many documents were current. */
  void live(String token, long documents);

  /**
   * A document was changed.
   *
   * @param token goes on behind it; null if what follows came with it, and is told again with it
   */
  void changed(Fate fate, @Nullable String token, Told told);

  /**
   * Changes cannot be told any more.
   *
   * @param token goes on behind the gap; null if the change that follows does
   * @param link whose changes; null if any document's
   */
  void gap(@Nullable String token, String reason, @Nullable String link);

  /**
   * Everything up to here was looked at.
   *
   * @param entries how many log entries lie before the token, over all partitions
   */
  void bookmark(String token, long entries);

  /** Nothing more is to come. Any thread. */
  void end();

  /** Thrown by a sink that takes nothing more: the watch ends. */
  abstract class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    protected ClosedException(String why) {
      super(why);
    }
  }
}
