// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Entry;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.RaftMessage;
import java.util.LinkedHashSet;
import java.util.Set;

/** Entries that scripted peers tell of, and the votes that hang on them. */
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

  /** Returns an entry that removes a voter, and leaves these. */
  static LogEntry removal(Models models, int term, long index, String removed, String... left) {
    Set<RaftEndpoint> voters = new LinkedHashSet<>();
    for (String name : left) {
      voters.add(new NodeEndpoint(name));
    }
    return new Entry()
        .setIndex(index)
        .setTerm(term)
        .setOperation(
            models
                .createUpdateRaftGroupMembersOpBuilder()
                .setMembers(voters)
                .setVotingMembers(voters)
                .setEndpoint(new NodeEndpoint(removed))
                .setMode(MembershipChangeMode.REMOVE_MEMBER)
                .build())
        .build();
  }

  static LogEntry beginning() {
    return entry(0, 0, "");
  }

  static RaftMessage vote(Models models, String voter, int term) {
    return models
        .createVoteResponseBuilder()
        .setGroupId(ScriptedPeers.GROUP)
        .setSender(new NodeEndpoint(voter))
        .setTerm(term)
        .setGranted(true)
        .build();
  }

  /** Returns a candidate's question, by the last entry of its log. */
  static RaftMessage wantsVote(Models models, String candidate, int term, LogEntry last) {
    return models
        .createVoteRequestBuilder()
        .setGroupId(ScriptedPeers.GROUP)
        .setSender(new NodeEndpoint(candidate))
        .setTerm(term)
        .setLastLogTerm(last.getTerm())
        .setLastLogIndex(last.getIndex())
        .setSticky(true)
        .build();
  }
}
