// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.OutdatedReplicaException;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.RaftMessage;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a replica that was resumed from a disk out of consensus until so many voters have accepted
 * this start of the disk that they are, with this node, a majority, and all members have or had the
 * time of a timeout to. It neither votes nor answers appends before; if somebody who knows a later
 * start refuses first, it never does. Used on the replica set's thread.
 */
final class StartGate {

  private static final Logger LOG = LoggerFactory.getLogger(StartGate.class);

  /** How many looks it takes until those are asked again who have accepted. */
  private static final int LOOKS_TO_ASK_AGAIN = 30;

  /** For so many timeouts a majority is waited for. */
  private static final int PATIENCE_TIMEOUTS = 5;

  private final ReplicaSetContext parts;
  private final EnginePort port;
  private final RaftNode node;
  private final Consumer<Throwable> onRefusal;
  private final Set<String> accepted = new HashSet<>();
  private final long began;

  /** Who votes by the latest configuration that somebody who has accepted knows, and its index. */
  private List<RaftEndpoint> toldVoters = List.of();

  private long toldIndex;
  private @Nullable String leader;
  private volatile boolean open;
  private boolean begun;
  private boolean refused;
  private boolean warned;
  private int looks;

  StartGate(
      ReplicaSetContext parts, EnginePort port, RaftNode node, Consumer<Throwable> onRefusal) {
    this.parts = parts;
    this.port = port;
    this.node = node;
    this.onRefusal = onRefusal;
    this.open = !parts.resumed();
    this.began = parts.now();
  }

  /** Tells whether the replica may take part. */
  boolean isOpen() {
    if (!open && begun && !refused) {
      open = isAccepted();
    }
    return open;
  }

  /** Tells whether the replica does take part. Any thread. */
  boolean wasOpened() {
    return open;
  }

  /**
   * Whoever has accepted counts: the voters known here may have been replaced meanwhile. There may
   * even be fewer members now than a majority was then; so after some time a leader that would feed
   * this replica is enough. But there may be no leader without this replica's vote, if it became a
   * voter without learning of it: so the voters are those by the latest configuration told of.
   */
  private boolean isAccepted() {
    Collection<RaftEndpoint> voters = voters();
    int self = voters.contains(parts.local()) ? 1 : 0;
    long waited = (parts.now() - began) / parts.ticks().timeoutNanos();
    if (self + accepted.size() >= voters.size() / 2 + 1) {
      return waited > 0 || haveAllAccepted();
    }
    return waited >= PATIENCE_TIMEOUTS && leader != null && accepted.contains(leader);
  }

  /**
   * Whoever can hear of this start does so before anything is promised in it, so that a copy of the
   * disk made before is known to every member that this one was connected with.
   */
  private boolean haveAllAccepted() {
    return node.getEffectiveMembers().getMembers().stream()
        .allMatch(
            member ->
                member.equals(parts.local())
                    || member.equals(NodeEndpoint.ABSENT)
                    || accepted.contains(new NodeEndpoint(NodeEndpoint.idOf(member)).nodeId()));
  }

  private Collection<RaftEndpoint> voters() {
    var members = node.getEffectiveMembers();
    return toldIndex > members.getLogIndex() ? toldVoters : members.getVotingMembers();
  }

  /**
   * Asks at short intervals until the replica may take part. The engine has read the log by then:
   * those that it begins with are not its members any more, and may be this node alone.
   */
  void begin() {
    begun = true;
    ask();
    if (!isOpen()) {
      parts.onBeat(this::beginAgain);
    }
  }

  private void beginAgain() {
    if (!refused && !isOpen()) {
      begin();
    }
  }

  /** Asks those who have not heard of this start; now and then, everybody. */
  void look() {
    if (refused) {
      return;
    }
    looks++;
    if (looks % LOOKS_TO_ASK_AGAIN == 0) {
      accepted.clear();
    }
    ask();
  }

  private void ask() {
    Set<RaftEndpoint> members = new LinkedHashSet<>(node.getEffectiveMembers().getMembers());
    members.addAll(voters());
    for (RaftEndpoint member : members) {
      if (!member.equals(parts.local()) && !member.equals(NodeEndpoint.ABSENT)) {
        ask(NodeEndpoint.idOf(member));
      }
    }
  }

  private void ask(String member) {
    if (!accepted.contains(new NodeEndpoint(member).nodeId())) {
      port.post(member, parts.starts().own());
    }
  }

  /** A member has sent what the engine may not have yet: it is asked, be it known here or not. */
  void knock(String from, RaftMessage message) {
    if (!refused) {
      if (message instanceof AppendEntriesRequest || message instanceof InstallSnapshotRequest) {
        leader = new NodeEndpoint(from).nodeId();
      }
      ask(from);
    }
  }

  /** Another member says whether it accepts a start. */
  void answered(String from, StartAnswer answer) {
    if (answer.token() != parts.starts().own().token()) {
      return; // of an earlier start
    }
    String nodeId = new NodeEndpoint(from).nodeId();
    if (answer.accepted()) {
      accepted.add(nodeId);
      if (answer.membersIndex() > toldIndex) {
        toldIndex = answer.membersIndex();
        toldVoters = answer.voters().stream().<RaftEndpoint>map(NodeEndpoint::new).toList();
      }
      return;
    }
    OutdatedReplicaException reason =
        new OutdatedReplicaException(
            "this is start %d of its disk, but %s knows start %d: the disk was set back, or is a copy"
                .formatted(parts.starts().own().number(), nodeId, answer.known()));
    if (!open) {
      refused = true;
      parts.starts().refused();
      onRefusal.accept(reason);
    } else if (!warned) {
      // A majority has let it in, and the others have followed it: they are the ones to give way.
      warned = true;
      LOG.error(
          "Group {}: {}. If two nodes run with copies of one disk, stop one and delete its data",
          parts.id(),
          reason.getMessage());
    }
  }
}
