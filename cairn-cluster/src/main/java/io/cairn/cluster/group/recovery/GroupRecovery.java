// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.recovery;

import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.Salvage;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionMachines;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.recovery.LostGroup.HeldPartition;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupRecord;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.GroupRegister;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.state.SystemStateCodec;
import io.cairn.cluster.group.system.SystemMachine;
import io.cairn.cluster.group.system.SystemPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a node holds of a group that has lost its majority for good a group of this node
 * alone: another group, with a uid of its own, so that what is left of the lost one never counts
 * there, nor the other way round. The node must not run meanwhile, and its replication node must
 * have started no group.
 *
 * <p>Every entry in this node's log is taken, whether it is known to be committed or not: one that
 * was acknowledged may be known to this node only as an entry. So a change whose outcome nobody was
 * told, or that was reported as not done because the majority was lost, may be there afterwards.
 *
 * <p>The new group is built beside the lost one, and takes its place by one write of {@code
 * groups.json}. If that does not come, the next start deletes what was built.
 */
public final class GroupRecovery {

  private final Path directory;
  private final ReplicationNode node;
  private final Salvage salvage;
  private final PartitionMachines machines;
  private final GroupRegister register;
  private final LongSupplier micros;
  private final Random random;

  private GroupRecovery(Path directory, Surroundings around, GroupRegister register) {
    this.directory = directory;
    this.node = around.node();
    this.salvage = around.node().salvage();
    this.machines = around.machines();
    this.micros = around.micros();
    this.random = around.random();
    this.register = register;
  }

  /**
   * What a recovery takes from outside.
   *
   * @param node the node's log, with no group started
   * @param machines the stores of its partitions, none open
   * @param micros the time of day, in microseconds
   * @param random the source of new names
   */
  public record Surroundings(
      ReplicationNode node, PartitionMachines machines, LongSupplier micros, Random random) {}

  /**
   * Reads which groups the node is in.
   *
   * @param directory where the node keeps its groups, as in {@link GroupSettings}
   * @throws IOException if that cannot be read, is damaged or belongs to another node
   */
  public static GroupRecovery open(Path directory, Surroundings around) throws IOException {
    return new GroupRecovery(
        directory,
        around,
        GroupRegister.open(directory, around.node().nodeId(), around.node().storedReplicaSets()));
  }

  /** Returns the groups with other members, and what is here of each; changes nothing. */
  public List<LostGroup> lost() throws IOException {
    List<LostGroup> lost = new ArrayList<>();
    for (GroupRecord record : register.all()) {
      LostGroup group = lost(record);
      if (group != null) {
        lost.add(group);
      }
    }
    return lost;
  }

  private @Nullable LostGroup lost(GroupRecord record) throws IOException {
    GroupMembership active = record.active();
    GroupMembership joining = record.joining();
    SystemState state = active == null ? null : state(record.name(), active);
    if (active != null && state != null && state.nodes().size() > 1) {
      return lost(record.name(), active, state);
    }
    if (joining == null || !joining.accepted()) {
      return null;
    }
    SystemState other = state(record.name(), joining);
    if (other == null) {
      return null;
    }
    if (active != null && state != null) {
      return new LostGroup(
          record.name(),
          other.uid(),
          members(other),
          partitions(record.name(), active, state),
          true);
    }
    return lost(record.name(), joining, other);
  }

  private LostGroup lost(String name, GroupMembership membership, SystemState state) {
    return new LostGroup(
        name, state.uid(), members(state), partitions(name, membership, state), false);
  }

  private List<LostGroup.Member> members(SystemState state) {
    Collection<String> voters = Placement.everywhereVoters(state);
    return state.nodes().values().stream()
        .map(
            member ->
                new LostGroup.Member(
                    member.id(),
                    member.address(),
                    voters.contains(member.id()),
                    member.id().equals(node.nodeId())))
        .toList();
  }

  /** Returns the last state of a group that this node knows, committed or not; null if none. */
  private @Nullable SystemState state(String name, GroupMembership membership) throws IOException {
    SystemMachine machine =
        SystemMachine.open(SystemPartition.file(directory, name, membership), () -> {});
    salvage.replay(systemLog(name, membership), machine);
    return machine.state();
  }

  private static String systemLog(String name, GroupMembership membership) {
    return membership.logPrefix(name) + "sys";
  }

  private List<HeldPartition> partitions(
      String name, GroupMembership membership, SystemState state) {
    List<HeldPartition> partitions = new ArrayList<>();
    for (SelectorRecord selector : state.selectors().values()) {
      for (int i = 0; i < selector.partitions().size(); i++) {
        List<String> holders =
            List.copyOf(Placement.members(state, selector.partitions().get(i)).keySet());
        partitions.add(
            partition(id(name, membership, selector, i), membership.logPrefix(name), holders));
      }
    }
    return partitions;
  }

  private static PartitionId id(
      String name, GroupMembership membership, SelectorRecord selector, int number) {
    return new PartitionId(
        name, membership.uid(), selector.spec().name(), number, membership.generation());
  }

  private static String key(PartitionId id) {
    return id.selector() + "/" + id.number();
  }

  private HeldPartition partition(PartitionId id, String logPrefix, List<String> holders) {
    Salvage.Held held = salvage.held(logPrefix + key(id));
    if (!machines.exists(id)) {
      return new HeldPartition(key(id), holders, false, 0, 0, null, null);
    }
    try {
      StateMachine machine = machines.open(id);
      try {
        long durable = machine.durableIndex();
        boolean whole = held.follows(durable);
        return new HeldPartition(
            key(id),
            holders,
            true,
            Math.max(durable, whole ? held.committed() : 0),
            Math.max(durable, whole ? held.last() : 0),
            machines.contents(id),
            whole
                ? null
                : "this copy was being brought up to date: it ends at entry %d, the log begins at %d"
                    .formatted(durable, held.from()));
      } finally {
        machines.close(id);
      }
    } catch (IOException | RuntimeException e) {
      return new HeldPartition(
          key(id),
          holders,
          true,
          held.committed(),
          held.last(),
          null,
          String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes a group of this node alone of what it holds. It is there when the node is started again.
   *
   * @param lost what {@link #lost} said
   * @param empty the keys of damaged partitions that are to begin empty
   * @throws IOException if a copy cannot be opened or the disk fails; nothing is changed then
   */
  public void recover(LostGroup lost, Collection<String> empty) throws IOException {
    GroupRecord record = register.get(lost.name());
    GroupMembership joining = record.joining();
    if (lost.isUnfinishedJoin() && joining != null) {
      var _ = register.update(lost.name(), now -> retiring(now, now.active(), joining));
      return;
    }
    GroupMembership old = record.active() == null ? joining : record.active();
    SystemState state = old == null ? null : state(lost.name(), old);
    if (old == null || state == null) {
      throw new IllegalStateException(
          "group " + lost.name() + " is not the one that was looked at");
    }
    GroupMembership fresh = membership(state);
    // So that the next start deletes what was built if this does not come to its end.
    GroupMembership unfinished = withAllLeft(fresh, lost);
    var _ = register.update(lost.name(), now -> retiring(now, now.active(), unfinished));
    for (HeldPartition partition : lost.partitions()) {
      if (partition.isHeld() && !empty.contains(partition.key())) {
        take(lost.name(), partition.key(), old, fresh);
      }
    }
    write(lost.name(), old, fresh, alone(state, fresh));
    GroupMembership gone = withAllLeft(old, lost);
    var _ =
        register.update(
            lost.name(), now -> retiring(now.withoutRetired(fresh).withJoining(null), fresh, gone));
  }

  private static GroupRecord retiring(
      GroupRecord record, @Nullable GroupMembership active, GroupMembership gone) {
    List<GroupMembership> retired = new ArrayList<>(record.retired());
    retired.add(gone);
    GroupMembership joining = record.joining();
    return new GroupRecord(
        record.name(), active, joining != null && joining.sameAs(gone) ? null : joining, retired);
  }

  private static GroupMembership withAllLeft(GroupMembership membership, LostGroup lost) {
    GroupMembership left = membership;
    for (HeldPartition partition : lost.partitions()) {
      left = left.leaving(partition.key());
    }
    return left;
  }

  private GroupMembership membership(SystemState state) {
    NodeRecord self = state.nodes().get(node.nodeId());
    return new GroupMembership(
        newId(),
        0,
        newId(),
        List.of(node.nodeId()),
        true,
        NodeRole.PEER,
        "",
        self == null ? Map.of() : Map.of(self.id(), self.address().toString()),
        List.of());
  }

  private String newId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Copies a partition to its new place, with all that the log has beyond it. */
  private void take(String name, String key, GroupMembership old, GroupMembership fresh)
      throws IOException {
    PartitionId from = id(name, old, key);
    PartitionId to = id(name, fresh, key);
    machines.copy(from, to);
    StateMachine applying = machines.open(to);
    try {
      salvage.replay(old.logPrefix(name) + key, applying);
    } finally {
      machines.close(to);
    }
    // Opened once more, as what counts from here on is what it has stored.
    StateMachine stored = machines.open(to);
    try {
      salvage.begin(fresh.logPrefix(name) + key, old.logPrefix(name) + key, stored);
    } finally {
      machines.close(to);
    }
  }

  private static PartitionId id(String name, GroupMembership membership, String key) {
    int slash = key.lastIndexOf('/');
    return new PartitionId(
        name,
        membership.uid(),
        key.substring(0, slash),
        Integer.parseInt(key.substring(slash + 1)),
        membership.generation());
  }

  private void write(String name, GroupMembership old, GroupMembership fresh, SystemState state)
      throws IOException {
    SystemMachine machine =
        SystemMachine.open(SystemPartition.file(directory, name, fresh), () -> {});
    machine.installReference(
        Math.max(1, salvage.held(systemLog(name, old)).last()), SystemStateCodec.encode(state));
    salvage.begin(systemLog(name, fresh), systemLog(name, old), machine);
  }

  private SystemState alone(SystemState lost, GroupMembership fresh) {
    String self = node.nodeId();
    NodeRecord known = lost.nodes().get(self);
    if (known == null) {
      throw new IllegalStateException(
          "the group has removed this node, whose data are older than the group's last members");
    }
    long now = micros.getAsLong();
    TreeMap<String, NodeRecord> nodes = new TreeMap<>();
    nodes.put(self, known.alone(fresh.token(), now));
    TreeMap<String, SelectorRecord> selectors = new TreeMap<>();
    lost.selectors().forEach((key, selector) -> selectors.put(key, selector.alone(self)));
    GroupConfig config = lost.config();
    List<String> formerly = new ArrayList<>(lost.formerly());
    formerly.add(lost.uid());
    return new SystemState(
        fresh.uid(),
        lost.version() + 1,
        config.withMembershipQuorum(1),
        Math.max(lost.membershipUpdateTimeMicros() + 1, now),
        fresh.founders(),
        nodes,
        new TreeMap<>(),
        selectors,
        formerly,
        lost.secrets());
  }
}
