// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.cairn.cluster.log.LogPart;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A command in the engine's memory: a handle whose bytes are dropped once applied, because the log
 * holds them. For the replica set's thread, but for its making.
 */
public final class EngineCommand {

  private byte @Nullable [] bytes;
  private @Nullable Object attachment;
  private long takenAt;

  public EngineCommand(byte @Nullable [] bytes, @Nullable Object attachment) {
    this.bytes = bytes;
    this.attachment = attachment;
  }

  public @Nullable Object attachment() {
    return attachment;
  }

  /** Returns the bytes, which must be in memory. */
  public byte[] heldBytes() {
    return Objects.requireNonNull(bytes, "the bytes were dropped");
  }

  public boolean isHeld() {
    return bytes != null;
  }

  /**
   * The log has taken the command, so it may be committed, by whomever.
   *
   * @param index where; the first entry has 1
   */
  public void taken(long index) {
    takenAt = index;
  }

  public boolean isTaken() {
    return takenAt > 0;
  }

  /** Returns where the log has taken it last; 0 if it has not. */
  public long takenAt() {
    return takenAt;
  }

  /** Returns the bytes, from the log if they were dropped. */
  public byte[] bytes(LogPart log, long index) throws IOException {
    byte[] held = bytes;
    return held != null ? held : log.read(index).payload();
  }

  /** Forgets what only applying needed. */
  public void applied() {
    attachment = null;
  }

  /** Forgets the bytes too. */
  public void drop() {
    bytes = null;
    attachment = null;
  }
}
