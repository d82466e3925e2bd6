// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Salvage;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.StoredEntry;
import io.cairn.cluster.log.WriteAheadLog;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.model.log.RaftGroupMembersView;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes groups in the log that are not started. */
final class StoredReplicaSets implements Salvage {

  private final WriteAheadLog log;
  private final NodeEndpoint local;
  private final Models models = new Models();
  private final Codec codec;

  StoredReplicaSets(WriteAheadLog log, String nodeId) {
    this.log = log;
    this.local = new NodeEndpoint(nodeId);
    this.codec = new Codec(models, local);
  }

  private @Nullable LogPart find(String logName) {
    return log.parts().stream()
        .filter(part -> part.name().equals(logName))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Held held(String logName) {
    LogPart part = find(logName);
    if (part == null) {
      return new Held(0, 1, 0);
    }
    LogPart.SnapshotMark mark = part.snapshotMark();
    return new Held(mark == null ? 0 : mark.index(), part.availableFrom(), part.lastIndex());
  }

  @Override
  public void replay(String logName, StateMachine machine) throws IOException {
    LogPart part = find(logName);
    long from = machine.durableIndex() + 1;
    if (part == null || from > part.lastIndex() || from < part.availableFrom()) {
      return;
    }
    part.replay(
        from,
        part.lastIndex(),
        (index, entry) -> {
          if (Codec.isCommand(entry)) {
            machine.apply(index, entry.payload(), null);
          }
        });
  }

  @Override
  public void begin(String logName, String before, StateMachine machine) throws IOException {
    long index = machine.durableIndex();
    if (index == 0) {
      return; // an empty group begins like any new one
    }
    int term = termOf(find(before)) + 1;
    LogPart part = log.part(logName);
    RaftGroupMembersView alone =
        models
            .createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(Set.of(local))
            .setVotingMembers(Set.of(local))
            .build();
    part.putState(
        EngineStore.ENDPOINT,
        codec.encode(
            models
                .createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(local)
                .setVoting(true)
                .build()));
    part.putState(EngineStore.INITIAL_MEMBERS, codec.encode(alone));
    part.markSnapshot(
        new LogPart.SnapshotMark(
            index, term, codec.encodeSnapshot(alone, machine.snapshotReference(index))));
    part.putState(
        EngineStore.TERM,
        codec.encode(models.createRaftTermPersistentStateBuilder().setTerm(term).build()));
    log.flush();
  }

  /** Returns the latest term that the log tells of. */
  private int termOf(@Nullable LogPart part) throws IOException {
    if (part == null) {
      return 0;
    }
    byte[] stored = part.state(EngineStore.TERM);
    int term = stored == null ? 0 : codec.decodeTerm(stored).getTerm();
    LogPart.SnapshotMark mark = part.snapshotMark();
    term = Math.max(term, mark == null ? 0 : mark.term());
    if (part.availableFrom() <= part.lastIndex()) {
      StoredEntry last = part.read(part.lastIndex());
      term = Math.max(term, last.term());
    }
    return term;
  }
}
