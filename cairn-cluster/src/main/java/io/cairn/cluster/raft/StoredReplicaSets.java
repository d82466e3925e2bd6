// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Salvage;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.log.StoredEntry;
import io.cairn.cluster.log.WriteAheadLog;
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
    return log.groups().stream()
        .filter(group -> group.name().equals(logName))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Held held(String logName) {
    LogPart group = find(logName);
    if (group == null) {
      return new Held(0, 1, 0);
    }
    LogPart.SnapshotMark mark = group.snapshotMark();
    return new Held(mark == null ? 0 : mark.index(), group.availableFrom(), group.lastIndex());
  }

  @Override
  public void replay(String logName, StateMachine machine) throws IOException {
    LogPart group = find(logName);
    long from = machine.durableIndex() + 1;
    if (group == null || from > group.lastIndex() || from < group.availableFrom()) {
      return;
    }
    group.replay(
        from,
        group.lastIndex(),
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
    LogPart group = log.group(logName);
    RaftGroupMembersView alone =
        models
            .createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(Set.of(local))
            .setVotingMembers(Set.of(local))
            .build();
    group.putState(
        EngineStore.ENDPOINT,
        codec.encode(
            models
                .createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(local)
                .setVoting(true)
                .build()));
    group.putState(EngineStore.INITIAL_MEMBERS, codec.encode(alone));
    group.markSnapshot(
        new LogPart.SnapshotMark(
            index, term, codec.encodeSnapshot(alone, machine.snapshotReference(index))));
    group.putState(
        EngineStore.TERM,
        codec.encode(models.createRaftTermPersistentStateBuilder().setTerm(term).build()));
    log.flush();
  }

  /** Returns the latest term that the log tells of. */
  private int termOf(@Nullable LogPart group) throws IOException {
    if (group == null) {
      return 0;
    }
    byte[] stored = group.state(EngineStore.TERM);
    int term = stored == null ? 0 : codec.decodeTerm(stored).getTerm();
    LogPart.SnapshotMark mark = group.snapshotMark();
    term = Math.max(term, mark == null ? 0 : mark.term());
    if (group.availableFrom() <= group.lastIndex()) {
      StoredEntry last = group.read(group.lastIndex());
      term = Math.max(term, last.term());
    }
    return term;
  }
}
