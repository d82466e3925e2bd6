// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.Engagement.Occupation;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.context.Ticker;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.placement.RoleChange;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.GroupSecrets;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group by its name, over all memberships that this node has in groups of that name: the one that
 * serves, and while it joins another one, that one too.
 */
final class MemberGroup implements NodeGroup, GroupInstance.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(MemberGroup.class);

  private final GroupContext context;
  private final String name;
  private final GroupViews views;
  private final Consumer<NodeGroup> onPartitionsChange;
  private final Supplier<@Nullable String> refusal;
  private final List<Consumer<GroupView>> listeners = new CopyOnWriteArrayList<>();
  private final List<Awaiting> awaiting = new CopyOnWriteArrayList<>();
  private final Ticker teller;
  private final GroupJoiner joining;
  private volatile @Nullable GroupInstance current;
  private volatile @Nullable GroupInstance next;
  private volatile GroupView view;
  private @Nullable GroupView told;
  private final Engagement engagement = new Engagement();
  private volatile boolean closed;

  /**
   * Makes a group that this node is not in yet.
   *
   * @param refusal why this node must not serve, whatever group it is in; null if it may
   */
  MemberGroup(
      GroupContext context,
      String name,
      Consumer<NodeGroup> onPartitionsChange,
      Supplier<@Nullable String> refusal) {
    this.context = context;
    this.name = name;
    this.views = new GroupViews(context, name);
    this.onPartitionsChange = onPartitionsChange;
    this.refusal = refusal;
    this.teller = new Ticker("cairn-group-view-" + name, this::tell);
    this.view = views.none("this node is in no group %s yet".formatted(name), null);
    this.joining = new GroupJoiner(context, this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public GroupView view() {
    return view;
  }

  @Override
  public Runnable onChange(Consumer<GroupView> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public @Nullable PartitionSet partitions(String selector) {
    GroupInstance here = current;
    return here == null ? null : here.partitions(selector);
  }

  @Override
  public List<PartitionSet> partitionSets() {
    GroupInstance here = current;
    return here == null ? List.of() : here.allSets();
  }

  @Override
  public CompletableFuture<PartitionSet> establish(SelectorSpec selector) {
    return withCurrent(here -> here.establish(selector));
  }

  @Override
  public CompletableFuture<Void> join(URI peer, JoinOptions options) {
    return joining.join(peer, options);
  }

  @Override
  public CompletableFuture<Void> configure(UnaryOperator<GroupConfig> change) {
    return withCurrent(
        here ->
            here.change(state -> state.withConfig(change.apply(state.config())))
                .thenApply(done -> null));
  }

  @Override
  public GroupSecrets secrets() {
    GroupInstance here = current;
    SystemState state = here == null ? null : here.state();
    return state == null ? GroupSecrets.NONE : state.secrets();
  }

  @Override
  public CompletableFuture<GroupSecrets> changeSecrets(UnaryOperator<GroupSecrets> change) {
    return withCurrent(
        here ->
            here.change(state -> state.withSecrets(change.apply(state.secrets())))
                .thenApply(SystemState::secrets));
  }

  @Override
  public CompletableFuture<Void> changeRole(String nodeId, NodeRole role) {
    RoleChange change = new RoleChange(nodeId, role, context.peers()::isAlive);
    return withCurrent(
        here ->
            here.change(state -> change.in(state, context.environment().micros()))
                .thenApply(done -> null));
  }

  @Override
  public CompletableFuture<Void> remove(String nodeId) {
    return withCurrent(
        here -> {
          if (context.peers().isAlive(nodeId)) {
            return CompletableFuture.failedFuture(
                new IllegalStateException(
                    "node " + nodeId + " is alive; stop it before it is removed"));
          }
          GroupView now = view;
          if (!now.available() && now.nodes().containsKey(nodeId)) {
            long alive = now.nodes().keySet().stream().filter(context.peers()::isAlive).count();
            long peers = now.nodes().values().stream().filter(MemberGroup::isPeer).count();
            if (alive <= peers / 2) {
              return CompletableFuture.failedFuture(
                  new IllegalStateException(
                      "node "
                          + nodeId
                          + " cannot be removed by a minority ("
                          + now.reason()
                          + ")"));
            }
          }
          return here.change(state -> state.without(nodeId, context.environment().micros()))
              .thenApply(done -> null);
        });
  }

  private static boolean isPeer(NodeView node) {
    return node.role() == NodeRole.PEER;
  }

  private <T> CompletableFuture<T> withCurrent(
      java.util.function.Function<GroupInstance, CompletableFuture<T>> action) {
    GroupInstance here = current;
    return here == null
        ? CompletableFuture.failedFuture(
            new IllegalStateException("this node is in no group " + name + " yet"))
        : action.apply(here);
  }

  @Nullable GroupInstance current() {
    return current;
  }

  GroupJoiner joining() {
    return joining;
  }

  Engagement engagement() {
    return engagement;
  }

  /** Makes the group with this node alone, and returns when it serves. */
  void found(GroupConfig config) throws IOException, InterruptedException, TimeoutException {
    GroupMembership membership =
        new GroupMembership(
            context.environment().randomId(),
            0,
            context.environment().randomId(),
            List.of(context.self()),
            true,
            context.settings().role(),
            "",
            java.util.Map.of(context.self(), context.address().toString()),
            List.of());
    var _ = context.register().update(name, record -> record.withActive(membership));
    open(membership, config);
  }

  /** Takes up a membership that serves; returns when its system partition has been started. */
  void open(GroupMembership membership, GroupConfig config)
      throws IOException, InterruptedException, TimeoutException {
    GroupInstance instance = new GroupInstance(context, name, membership, true, this);
    current = instance;
    instance.open();
    SystemPartition system = instance.system();
    if (membership.founded() && system != null && instance.state() == null) {
      system.found(firstState(membership, config));
    }
    instance.wake();
  }

  private SystemState firstState(GroupMembership membership, GroupConfig config) {
    long micros = context.environment().micros();
    NodeRecord self =
        new NodeRecord(
            context.self(),
            context.address(),
            NodeRole.PEER,
            context.settings().properties(),
            membership.token(),
            1,
            0,
            false,
            0,
            micros);
    SystemState empty =
        SystemState.of(membership.uid(), config, micros, membership.founders(), self);
    return empty
        .withSelector(
            Placement.establish(empty, SelectorSpec.EVERYWHERE, context.settings().partitions()))
        .asVersion(1);
  }

  /** Waits until the partitions serve this node, or are known not to; returns whether they do. */
  boolean awaitServing(long deadlineNanos) throws InterruptedException {
    Awaiting seen = new Awaiting();
    awaiting.add(seen);
    try {
      teller.wake();
      long left = deadlineNanos - context.environment().nanos().getAsLong();
      if (seen.known.await(left, TimeUnit.NANOSECONDS)) {
        return seen.serves;
      }
      LOG.debug("Group {} does not serve yet: {}", name, view.reason());
      return view.available() && isOpen();
    } finally {
      awaiting.remove(seen);
    }
  }

  /**
   * Somebody who waits for the group to serve, and what was seen then: a moment later it may not.
   */
  private static final class Awaiting {
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile boolean serves;
  }

  private void answerAwaiting() {
    boolean serves = view.available();
    boolean known = serves || damage() != null || view.config().isRestoring();
    if (!awaiting.isEmpty() && known && isOpen()) {
      for (Awaiting each : awaiting) {
        each.serves = serves;
        each.known.countDown();
      }
    }
  }

  /**
   * Returns what keeps a replica from being opened that no other node has; null if nothing does.
   */
  @Nullable Throwable damage() {
    GroupInstance here = current;
    if (here == null || here.memberCount() != 1) {
      return null;
    }
    for (PartitionReplicas set : here.sets()) {
      for (Replica replica : set.replicas()) {
        Throwable cause = replica.cause();
        if (cause != null) {
          return cause;
        }
      }
    }
    return null;
  }

  /** The pause of a node that is alone and well. */
  static final int LONGEST_PAUSE = 4;

  /** The pause where all is well: an answer about how fresh copies are counts for six checks. */
  private static final int CALM_PAUSE = 2;

  /**
   * Returns how many times the usual pause may pass until the group is looked at again. Where this
   * node is alone, serves, and has nothing that is stopped or without a leader, all else that can
   * happen to it wakes it. Where all members are available, what changes that wakes it too.
   */
  int pause() {
    GroupInstance here = current;
    GroupView now = view;
    int alive = context.environment().membership().members().size();
    if (here == null
        || next != null
        || engagement.occupation() != Occupation.NONE
        || !now.available()
        || here.memberCount() != alive) {
      return 1;
    } else if (alive == 1) {
      return here.isWell() ? LONGEST_PAUSE : 1;
    }
    return now.nodes().size() == alive
            && now.nodes().values().stream().allMatch(node -> node.status() == NodeStatus.AVAILABLE)
        ? CALM_PAUSE
        : 1;
  }

  /** Tells whether every replica that this node is to hold has been started, or has failed. */
  private boolean isOpen() {
    GroupInstance here = current;
    return here != null
        && here.sets().stream()
            .flatMap(set -> set.replicas().stream())
            .noneMatch(
                replica ->
                    replica.stage() == Replica.Stage.STARTING
                        || (replica.stage() == Replica.Stage.NONE
                            && replica.holders().contains(context.self())));
  }

  // What the instances tell.

  @Override
  public void changed(GroupInstance instance) {
    if (instance == current) {
      teller.wake();
    }
    if (instance == next) {
      joining.wake();
    }
  }

  /** Makes the view anew and tells it if it is another; runs on the teller only. */
  private void tell() {
    GroupInstance here = current;
    GroupView before = view;
    String refused = refusal.get();
    String none = "this node is in no group %s yet".formatted(name);
    GroupView now =
        here == null
            ? views.none(refused == null ? none : refused, before)
            : views.make(here, refused, before.uid().isEmpty() ? null : before);
    view = now;
    if (here != null) {
      here.condition(now.condition());
    }
    answerAwaiting();
    if (!now.equals(told)) {
      told = now;
      for (Consumer<GroupView> listener : listeners) {
        try {
          listener.accept(now);
        } catch (RuntimeException e) {
          LOG.warn("A listener of group {} failed", name, e);
        }
      }
    }
  }

  @Override
  public void lost(GroupInstance instance) {
    if (!closed) {
      joining.lost(instance);
    }
  }

  // What joining changes.

  void joins(@Nullable GroupInstance instance) {
    next = instance;
  }

  void without() {
    current = null;
    teller.wake();
  }

  /** Puts the joined membership in the present one's place. */
  void flip(GroupInstance joined) {
    current = joined;
    next = null;
    joined.serve();
    teller.wake();
    onPartitionsChange.accept(this);
  }

  // What other nodes ask.

  /** Returns how this node stands. */
  JoinPosition standing() {
    boolean seeking = name.equals(NodeGroups.DEFAULT) && !joining.otherPeers().isEmpty();
    boolean busy = engagement.occupation() != Occupation.NONE;
    GroupInstance here = current;
    return here != null && here.state() != null
        ? here.standing(seeking, busy)
        : JoinPosition.without(
            context.self(),
            context.address(),
            seeking,
            busy,
            context.settings().config().membershipQuorum());
  }

  CompletableFuture<ControlAnswer> answer(ControlQuestion question) {
    return switch (question) {
      case ControlQuestion.Inquire inquire ->
          CompletableFuture.completedFuture(joining.answer(inquire));
      case ControlQuestion.Join join -> joining.answer(join);
      case ControlQuestion.Propose propose -> toMember(propose.uid(), propose);
      case ControlQuestion.Locate locate -> toMember(locate.uid(), locate);
      case ControlQuestion.Copy copy -> toMember(copy.uid(), copy);
    };
  }

  @Nullable GroupInstance instance(String uid) {
    GroupInstance here = current;
    GroupInstance coming = next;
    if (here != null && here.uid().equals(uid)) {
      return here;
    }
    return coming != null && coming.uid().equals(uid) ? coming : null;
  }

  private CompletableFuture<ControlAnswer> toMember(String uid, ControlQuestion question) {
    GroupInstance here = instance(uid);
    return here == null
        ? CompletableFuture.completedFuture(
            new ControlAnswer.Busy("node " + context.self() + " is not in that group"))
        : here.answer(question);
  }

  void wake() {
    GroupInstance here = current;
    GroupInstance coming = next;
    if (here != null) {
      here.wake();
    }
    if (coming != null) {
      coming.wake();
    }
    teller.wake();
  }

  void close() {
    closed = true;
    joining.close();
    teller.stop();
    GroupInstance here = current;
    GroupInstance coming = next;
    if (here != null) {
      here.close();
    }
    if (coming != null) {
      coming.close();
    }
  }
}
