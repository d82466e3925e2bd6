// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.InstallSnapshotRequest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Snapshots that are asked for between those which the engine takes of its own accord. */
class RequestedSnapshotTest {

  private static final int INTERVAL = 20;
  private static final int LAST = 28;

  private final ScriptedPeers peers = new ScriptedPeers(3, INTERVAL);

  private void append(LogEntry previous, long commit, int count) {
    String[] commands =
        IntStream.range(0, count)
            .mapToObj(i -> "command " + (previous.getIndex() + 1 + i))
            .toArray(String[]::new);
    peers.says("n2", peers.append("n2", 1, previous, commit, commands));
    peers.pass(5);
  }

  private static LogEntry place(long index) {
    return ScriptedEntries.entry(1, index, "");
  }

  /**
   * After a start the engine is behind the state machine: a snapshot that is far enough from the
   * last one for the state machine is not for the engine, which would take entries for kept that it
   * had given up, and fail on them when it leads.
   */
  @Test
  void leaderBringsASnapshotToAFollowerThatIsBehindIt() {
    append(ScriptedEntries.beginning(), INTERVAL, INTERVAL);
    append(place(INTERVAL), LAST, LAST - INTERVAL);
    assertThat(peers.applied).hasSize(LAST);
    peers.durable = LAST;
    peers.loseMemory();
    append(place(LAST), INTERVAL + 1, 0);
    ((RaftReplicaSet) peers.group).requestSnapshot();
    peers.pass(5);

    int term = peers.elect("n2");
    AppendEntriesRequest probe = peers.awaitSent("n3", AppendEntriesRequest.class);
    long held = INTERVAL - 2;
    peers.says(
        "n3",
        new Engine(
            peers.failure("n3", term, probe.getPreviousLogIndex() + 1, 0), 0, 0, held, held));
    assertThat(peers.awaitSent("n3", InstallSnapshotRequest.class).getSnapshotIndex())
        .isEqualTo(INTERVAL);
  }
}
