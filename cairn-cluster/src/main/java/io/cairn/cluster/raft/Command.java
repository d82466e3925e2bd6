// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.GroupLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A command in the engine's memory: a handle whose bytes are dropped once applied, because the log
 * holds them. For the group's thread, but for its making.
 */
final class Command {

  private byte @Nullable [] bytes;
  private @Nullable Object attachment;

  Command(byte @Nullable [] bytes, @Nullable Object attachment) {
    this.bytes = bytes;
    this.attachment = attachment;
  }

  @Nullable Object attachment() {
    return attachment;
  }

  /** Returns the bytes, from the log if they were dropped. */
  byte[] bytes(GroupLog log, long index) throws IOException {
    byte[] held = bytes;
    return held != null ? held : log.read(index).payload();
  }

  void drop() {
    bytes = null;
    attachment = null;
  }
}
