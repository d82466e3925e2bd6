// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Entry;
import io.microraft.model.log.LogEntry;

/** Entries that scripted peers tell of. */
final class ScriptedEntries {

  private ScriptedEntries() {}

  /** Returns an entry with a command, or where one is. */
  static LogEntry entry(int term, long index, String command) {
    return new Entry()
        .setIndex(index)
        .setTerm(term)
        .setOperation(new EngineCommand(command.getBytes(UTF_8), null))
        .build();
  }

  static LogEntry beginning() {
    return entry(0, 0, "");
  }
}
