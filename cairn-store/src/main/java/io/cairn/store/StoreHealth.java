// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.DocumentStore.State;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a store works, and why it does not. States only move on: OPEN, FAILED, CLOSED. The first
 * failure is the one that is told. Thread-safe.
 */
final class StoreHealth {
  private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);

  private final StoreDirectory files;
  private final Runnable onFailure;
  private volatile State state = State.OPEN;
  private volatile @Nullable StoreException failure;

  /** Creates the health of an open store; {@code onFailure} runs once, when it fails. */
  StoreHealth(StoreDirectory files, Runnable onFailure) {
    this.files = files;
    this.onFailure = onFailure;
  }

  State state() {
    return state;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  @Nullable StoreException failure() {
    return failure;
  }

  void requireOpen() {
    if (state == State.OPEN) {
      return;
    }
    StoreException cause = failure;
    if (cause != null) {
      throw cause;
    }
    throw new IllegalStateException("the document store in " + files.path() + " is closed");
  }

  /**
   * What to throw when a read failed; damaged files turn the store FAILED, other failures do not.
   */
  StoreException readFailure(String what, IOException cause) {
    StoreException exception = files.failure(what, cause);
    return exception instanceof StoreCorruptedException ? fail(what, cause) : exception;
  }

  /** Turns the store FAILED, for the first cause given, and returns what to throw. */
  StoreException fail(String what, Throwable cause) {
    StoreException exception = files.failure(what, cause);
    if (enter(State.FAILED, exception) == State.OPEN) {
      log.error("The document store in {} has failed", files.path(), exception);
      onFailure.run();
    }
    return Objects.requireNonNullElse(failure, exception);
  }

  /** Turns the store CLOSED; false when it was. */
  boolean close() {
    return enter(State.CLOSED, null) != State.CLOSED;
  }

  private synchronized State enter(State next, @Nullable StoreException cause) {
    State before = state;
    if (next.compareTo(before) > 0) {
      failure = before == State.OPEN ? cause : failure;
      state = next;
    }
    return before;
  }
}
