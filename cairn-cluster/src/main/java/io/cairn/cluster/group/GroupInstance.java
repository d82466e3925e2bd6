// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.context.Ticker;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.replica.MemberReconciler;
import io.cairn.cluster.group.replica.PartitionLeaders;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One membership of this node in one group, at work: its replica of the system partition, its
 * replicas of the data partitions as the system partition wants them, and this node's share in
 * keeping the group as it should be. All upkeep happens in {@link #maintain}, which runs once at a
 * time and never waits.
 */
final class GroupInstance {

  private static final Logger LOG = LoggerFactory.getLogger(GroupInstance.class);

  private static final Duration SOON = Duration.ofMillis(40);

  private final GroupContext context;
  private final String name;
  private final Owner owner;
  private final Ticker ticker;
  private final Map<String, PartitionReplicas> sets = new ConcurrentSkipListMap<>();
  private final Map<String, MemberReconciler> reconcilers = new ConcurrentHashMap<>();
  private final MemberReconciler systemReconciler;
  private final PartitionLeaders leaders;
  private final MembershipDoubt doubt;
  private final MembershipNotes notes;
  private final SystemLead lead;
  private final ReplicaUpkeep upkeep;
  private final Readiness readiness;
  private final AtomicBoolean soon = new AtomicBoolean();
  private volatile @Nullable SystemPartition system;
  private volatile Condition condition = Condition.none("the group is being started");
  private volatile boolean serving;
  private volatile boolean frozen;
  private volatile boolean closed;
  private volatile @Nullable String replacedAt;
  private volatile @Nullable Set<String> present;
  private final AtomicBoolean renewing = new AtomicBoolean();

  /** Whom the instance tells what happens to it. */
  interface Owner {

    /** Something has changed; called often, on the upkeep's thread. */
    void changed(GroupInstance instance);

    /** The group has removed this node. Called once, and does not wait. */
    void lost(GroupInstance instance);
  }

  GroupInstance(
      GroupContext context, String name, GroupMembership membership, boolean serving, Owner owner) {
    this.context = context;
    this.name = name;
    this.notes = new MembershipNotes(context, name, membership, () -> !closed);
    this.serving = serving;
    this.owner = owner;
    this.ticker = new Ticker("cairn-group-" + name, this::maintain);
    this.systemReconciler = reconciler();
    this.leaders = new PartitionLeaders(context, name, membership.uid(), ticker::wake);
    this.lead = new SystemLead(context, this, leaders, reconcilers, systemReconciler);
    this.upkeep = new ReplicaUpkeep(context, this, leaders, reconcilers);
    this.readiness = new Readiness(context, this);
    this.doubt = new MembershipDoubt(context, name, this, () -> owner.lost(this));
    membership.addresses().forEach((id, address) -> context.peers().learn(id, URI.create(address)));
  }

  MemberReconciler reconciler() {
    return new MemberReconciler(
        context.self(), context.peers()::isAlive, this::wake, context.environment().nanos());
  }

  /** Starts the replica of the system partition, blocking while its log is replayed. */
  void open() throws IOException, InterruptedException {
    SystemPartition opened = SystemPartition.open(context, name, membership(), this::wake);
    system = opened;
    opened.start();
    wake();
  }

  String uid() {
    return membership().uid();
  }

  GroupMembership membership() {
    return notes.membership();
  }

  @Nullable SystemPartition system() {
    return system;
  }

  @Nullable SystemState state() {
    SystemPartition opened = system;
    return opened == null ? null : opened.state();
  }

  /** Returns the state's node count, for who may dissolve; 1 while nothing is known. */
  int memberCount() {
    SystemState state = state();
    return state == null ? 1 : Math.max(1, state.nodes().size());
  }

  /** Tells whether all replicas here run and lead. */
  boolean isWell() {
    SystemPartition opened = system;
    ReplicaSet own = opened == null ? null : opened.replica();
    return leads(own)
        && sets().stream()
            .flatMap(set -> set.replicas().stream())
            .allMatch(replica -> replica.problem() == null && leads(replica.replica()));
  }

  private static boolean leads(@Nullable ReplicaSet replica) {
    return replica != null && replica.failure() == null && replica.leadership() != null;
  }

  void wake() {
    if (!closed) {
      ticker.wake();
    }
  }

  /** Has writes to the partitions wait, or go on. */
  void freeze(boolean on) {
    frozen = on;
  }

  /** From now on this node offers itself as an owner of the group's documents. */
  void serve() {
    serving = true;
    wake();
  }

  /**
   * Returns a selector's partitions; null if the state as known here does not have the selector.
   */
  @Nullable PartitionReplicas partitions(String selector) {
    PartitionReplicas present = sets.get(selector);
    SystemState state = present == null ? state() : null;
    SelectorRecord record = state == null ? null : state.selectors().get(selector);
    return record == null ? present : set(record);
  }

  /** Says what this node can do for the group from now on. */
  void condition(Condition now) {
    condition = now;
  }

  Collection<PartitionReplicas> sets() {
    return sets.values();
  }

  /** Returns the partitions of all selectors that the group has. */
  List<PartitionSet> allSets() {
    SystemState state = state();
    return state == null
        ? List.of()
        : state.selectors().values().stream().<PartitionSet>map(this::set).toList();
  }

  /** Returns the names of all partitions that this node may have anything of. */
  List<String> keys() {
    return sets.values().stream().flatMap(s -> s.replicas().stream()).map(Replica::key).toList();
  }

  /** Changes the group; see {@link SystemPartition#change}. */
  CompletableFuture<SystemState> change(UnaryOperator<SystemState> change) {
    return change(change, context.timings().change());
  }

  /** Changes the group within some time. */
  CompletableFuture<SystemState> change(UnaryOperator<SystemState> change, Duration patience) {
    SystemPartition opened = system;
    if (opened == null || closed) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("group " + name + " is not open on this node"));
    }
    return opened.change(change, patience);
  }

  /** Returns a selector's partitions, having them made if there are none. */
  CompletableFuture<PartitionSet> establish(SelectorSpec spec) {
    PartitionReplicas present = sets.get(spec.name());
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    return change(
            state ->
                state.selectors().containsKey(spec.name())
                    ? state
                    : state.withSelector(
                        Placement.establish(state, spec, context.settings().partitions())))
        .thenApply(
            state -> {
              SelectorRecord record = state.selectors().get(spec.name());
              if (record == null) {
                throw new IllegalStateException("selector " + spec.name() + " was not made");
              }
              wake();
              return set(record);
            });
  }

  /** Returns a selector's partitions, as they are in the state. */
  PartitionReplicas set(SelectorRecord record) {
    return sets.computeIfAbsent(
        record.spec().name(),
        selector -> {
          List<Replica> replicas = new ArrayList<>();
          Set<String> before = present;
          boolean made = before != null && !before.contains(selector);
          for (int i = 0; i < record.partitions().size(); i++) {
            PartitionId id =
                new PartitionId(name, membership().uid(), selector, i, membership().generation());
            Replica replica = new Replica(context, id, this::wake);
            if (made) {
              replica.isMade();
            }
            replicas.add(replica);
          }
          return new PartitionReplicas(record.spec(), replicas, () -> frozen, () -> condition);
        });
  }

  private void maintain() {
    SystemPartition opened = system;
    SystemState state = state();
    if (closed || opened == null) {
      return;
    }
    boolean again = doubt.check(opened.replica());
    if (state != null) {
      notes.remember(state);
      for (SelectorRecord selector : state.selectors().values()) {
        again |= upkeep.tend(opened, state, selector);
      }
      ReplicaSet replica = opened.replica();
      if (replica != null) {
        again |=
            systemReconciler.step(
                replica,
                Placement.everywhere(state),
                null,
                () -> opened.latest().thenApply(Placement::everywhere));
      }
      lead.lead(opened, state);
      again |= readiness.look();
      note(state);
      again |= serving && readiness.report(state);
      lead.locate(opened, state);
    }
    owner.changed(this);
    if (again && soon.compareAndSet(false, true)) {
      context.later(
          () -> {
            soon.set(false);
            wake();
          },
          SOON);
    }
  }

  /**
   * Notes which selectors there are while this node has all that its group has: what comes to them
   * then was made just now, while later it may be long ago.
   */
  private void note(SystemState state) {
    present =
        readiness.behind(Readiness.SYSTEM) == null ? Set.copyOf(state.selectors().keySet()) : null;
  }

  /** Notes that a replica must not begin anew as a founder. */
  void noteLeft(Replica replica) throws IOException {
    notes.change(now -> now.leaving(replica.key()));
  }

  Readiness readiness() {
    return readiness;
  }

  /** Tells whether this node is up to date; see {@link Readiness#caughtUp}. */
  CompletableFuture<Boolean> caughtUp() {
    return readiness.caughtUp();
  }

  /**
   * Has the replica of the system partition begin anew as a learner, if the group has taken it away
   * although this node is a member: it was a voter, and is to be none.
   */
  void beginAnewIfRemoved() {
    SystemPartition opened = system;
    SystemState known = state();
    ReplicaSet replica = opened == null ? null : opened.replica();
    if (opened == null
        || known == null
        || replica == null
        || !replica.isRemoved()
        || closed
        || !renewing.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("cairn-begin-anew")
        .start(
            () -> {
              try {
                notes.change(now -> now.learning(known));
                opened.discard();
                open();
              } catch (IOException | RuntimeException e) {
                LOG.warn("The system partition of {} cannot begin anew now", name, e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                renewing.set(false);
              }
            });
  }

  /**
   * Notes that this group was recovered elsewhere without this node; returns whether that is new.
   */
  boolean replacedBy(JoinPosition other) {
    boolean fresh = !other.nodeId().equals(replacedAt);
    replacedAt = other.nodeId();
    return fresh;
  }

  /**
   * Returns the node that has recovered this group for itself, or is with one that has; or null.
   */
  @Nullable String replacedAt() {
    return replacedAt;
  }

  /** Says what an operator is to do when a group was recovered at a node. */
  static String replacement(String nodeId) {
    return "it was lost and recovered at node "
        + nodeId
        + ", in another group. To bring what this node has there, stop it, run `cairn recover` on its"
        + " data, and start it with that node among its peerNodes; to have it begin empty, delete its"
        + " data instead";
  }

  /** Returns how this node stands in the group. */
  JoinPosition standing(boolean seeking, boolean joining) {
    SystemState state = state();
    return new JoinPosition(
        context.self(),
        context.address(),
        membership().uid(),
        membership().token(),
        memberCount(),
        seeking,
        joining,
        state == null ? 1 : state.config().membershipQuorum(),
        state == null ? List.of() : state.formerly());
  }

  /** Answers what other members ask. */
  CompletableFuture<ControlAnswer> answer(ControlQuestion question) {
    SystemPartition opened = system;
    return switch (question) {
      case ControlQuestion.Propose propose when opened != null -> opened.answer(propose.command());
      case ControlQuestion.Locate _ ->
          CompletableFuture.completedFuture(
              new ControlAnswer.LocatedPartitions(
                  PartitionLeaders.tell(sets.values(), reconcilers)));
      case ControlQuestion.Copy _ when opened != null && opened.machine().copy() != null ->
          CompletableFuture.completedFuture(opened.machine().copy());
      default -> CompletableFuture.completedFuture(new ControlAnswer.Busy("not ready yet"));
    };
  }

  /** Has other nodes lead what this node leads; see {@link LeadershipHandover#begin}. */
  List<CompletableFuture<Void>> handOverLeadership() {
    return new LeadershipHandover(context).begin(led());
  }

  /** Tells whether this node leads anything that somebody else could lead at the moment. */
  boolean hasLeadershipToHandOver() {
    return memberCount() > 1 && led().anyMatch(new LeadershipHandover(context)::hasHeir);
  }

  private Stream<ReplicaSet> led() {
    SystemPartition opened = system;
    return Stream.concat(
            Stream.ofNullable(opened == null ? null : opened.replica()),
            sets.values().stream().flatMap(set -> set.replicas().stream()).map(Replica::replica))
        .filter(group -> group != null && group.isLeader());
  }

  /** Ends the upkeep and closes the stores; the log knows the replicas still. */
  void close() {
    stop();
    sets.values().forEach(set -> set.replicas().forEach(Replica::close));
    SystemPartition opened = system;
    if (opened != null) {
      try {
        opened.machine().save();
      } catch (IOException e) {
        LOG.warn("The state of group {} could not be written: the log has it still", name, e);
      }
    }
  }

  /** Ends the upkeep; nothing is started any more. */
  void stop() {
    closed = true;
    ticker.stop();
  }

  /** Gives up all replicas for good, in a membership that has ended. Blocks. */
  void discard() throws InterruptedException, IOException {
    stop();
    SystemPartition known = system;
    ReplicaSet own = known == null ? null : known.replica();
    // What was forgotten elsewhere, or here, an operator may want to see.
    boolean aside = own != null && own.failure() != null;
    for (PartitionReplicas set : sets.values()) {
      for (Replica replica : set.replicas()) {
        replica.settle();
        replica.giveUp(aside);
      }
    }
    SystemPartition opened = system;
    if (opened != null) {
      opened.discard();
    }
  }
}
