// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A command in the engine's memory: a handle whose bytes are dropped once applied, because the log
 * holds them. For the group's thread, but for its making.
 */
final class EngineCommand {

  private byte @Nullable [] bytes;
  private @Nullable Object attachment;
  private boolean taken;

  EngineCommand(byte @Nullable [] bytes, @Nullable Object attachment) {
    this.bytes = bytes;
    this.attachment = attachment;
  }

  @Nullable Object attachment() {
    return attachment;
  }

  /** Returns the bytes, which must be in memory. */
  byte[] heldBytes() {
    return Objects.requireNonNull(bytes, "the bytes were dropped");
  }

  boolean isHeld() {
    return bytes != null;
  }

  /** The log has taken the command, so it may be committed, by whomever. */
  void taken() {
    taken = true;
  }

  boolean isTaken() {
    return taken;
  }

  /** Returns the bytes, from the log if they were dropped. */
  byte[] bytes(LogPart log, long index) throws IOException {
    byte[] held = bytes;
    return held != null ? held : log.read(index).payload();
  }

  /** Forgets what only applying needed. */
  void applied() {
    attachment = null;
  }

  /** Forgets the bytes too. */
  void drop() {
    bytes = null;
    attachment = null;
  }
}
