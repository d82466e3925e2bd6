// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.microraft.model.log.LogEntry;
import org.jspecify.annotations.Nullable;

/** A log entry as the engine keeps it, and its own builder. */
public final class Entry implements LogEntry, LogEntry.LogEntryBuilder {

  private int term;
  private long index;
  private @Nullable Object operation;

  @Override
  public LogEntryBuilder setIndex(long value) {
    index = value;
    return this;
  }

  @Override
  public LogEntryBuilder setTerm(int value) {
    term = value;
    return this;
  }

  @Override
  public LogEntryBuilder setOperation(Object value) {
    operation = value;
    return this;
  }

  @Override
  public LogEntry build() {
    return this;
  }

  @Override
  public long getIndex() {
    return index;
  }

  @Override
  public int getTerm() {
    return term;
  }

  @Override
  public @Nullable Object getOperation() {
    return operation;
  }

  @Override
  public String toString() {
    return "entry " + index + " of term " + term;
  }
}
