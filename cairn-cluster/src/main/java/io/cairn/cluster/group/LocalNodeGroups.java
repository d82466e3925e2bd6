// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.context.GroupEnvironment;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.context.LeaderNews;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupRecord;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.GroupRegister;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.system.SystemPartition;
import io.cairn.cluster.log.DurableFile;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups of this node. */
final class LocalNodeGroups implements NodeGroups {

  private static final Logger LOG = LoggerFactory.getLogger(LocalNodeGroups.class);

  /** So often a node that is alone and well is looked at before its group is woken. */
  private static final int LOOKS_OF_REST = 3;

  private final GroupContext context;
  private final Map<String, MemberGroup> groups = new ConcurrentSkipListMap<>();

  /** Whoever makes a group that another makes already waits for it. */
  private final ReentrantLock creating = new ReentrantLock();

  private final List<Consumer<NodeGroup>> listeners = new CopyOnWriteArrayList<>();

  /** Counts the looks at groups at rest, and the plans to look, of which the latest holds. */
  private int looks; // by the timer only

  private int plans; // likewise
  private volatile boolean resting;
  private volatile @Nullable Formation formation;
  private volatile @Nullable Throwable unopened;

  LocalNodeGroups(GroupSettings settings, GroupEnvironment environment) throws IOException {
    this.context =
        new GroupContext(
            settings,
            environment,
            GroupRegister.open(
                settings.directory(),
                environment.node().nodeId(),
                environment.node().storedReplicaSets()),
            new LeaderNews(),
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("cairn-groups").daemon().factory()),
            new CountDownLatch(1));
    environment.peers().listen(environment.membership());
    environment.peers().onChange(this::stir);
  }

  @Override
  public @Nullable NodeGroup find(String name) {
    MemberGroup group = groups.get(name);
    return group == null || (group.current() == null && group.view().uid().isEmpty())
        ? null
        : group;
  }

  @Override
  public GroupView view(String name) {
    MemberGroup group = groups.get(name);
    if (group != null && group.current() != null) {
      return group.view();
    }
    String refusal = refusal();
    return new GroupViews(context, name)
        .none(
            refusal == null ? "this node is in no group %s yet".formatted(name) : refusal,
            group == null ? null : group.view());
  }

  @Override
  public Collection<NodeGroup> all() {
    List<NodeGroup> all = new ArrayList<>();
    for (String name : groups.keySet()) {
      NodeGroup group = find(name);
      if (group != null) {
        all.add(group);
      }
    }
    return all;
  }

  @Override
  public NodeGroup create(String name, GroupConfig config) throws IOException {
    if (!name.matches("[A-Za-z0-9.-]{1,64}")) {
      throw new IllegalArgumentException(
          "a group's name is 1 to 64 letters, digits, dots and dashes, not '" + name + "'");
    }
    MemberGroup group = group(name);
    creating.lock();
    try {
      if (group.current() == null && group.engagement().occupy(Engagement.Occupation.JOINING)) {
        try {
          group.found(config);
        } finally {
          var _ =
              group.engagement().occupy(Engagement.Occupation.JOINING, Engagement.Occupation.NONE);
        }
        told(group);
      }
    } catch (TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      creating.unlock();
    }
    return group;
  }

  private MemberGroup group(String name) {
    return groups.computeIfAbsent(
        name, key -> new MemberGroup(context, key, this::told, this::refusal));
  }

  private void told(NodeGroup group) {
    for (Consumer<NodeGroup> listener : listeners) {
      listener.accept(group);
    }
  }

  @Override
  public boolean start(URI self, Duration patience) throws InterruptedException {
    long deadline = context.environment().nanos().getAsLong() + patience.toNanos();
    context.peers().own(context.self(), self);
    context.environment().control().handler(this::answer);
    MemberGroup main = group(DEFAULT);
    var membership = context.environment().membership();
    membership.seeds(seeds(main));
    membership.start();
    context.later(() -> plan(1), Duration.ZERO);
    boolean fresh = resume(deadline);
    Formation forming = new Formation(context, main);
    boolean alone = main.joining().otherPeers().isEmpty();
    if (fresh && alone && context.settings().config().membershipQuorum() <= 1) {
      foundAlone(main);
    }
    if (!alone || main.current() == null) {
      formation = forming;
      forming.start();
    }
    return main.awaitServing(deadline);
  }

  /** Other nodes have come, gone or changed. */
  private void stir() {
    groups.values().forEach(MemberGroup::wake);
    if (resting) {
      context.later(() -> plan(1), Duration.ZERO);
    }
  }

  /** Has the groups looked at after so many times the usual pause. */
  private void plan(int pauses) {
    int plan = ++plans;
    resting = pauses > 1;
    context.later(() -> check(plan), context.timings().check().multipliedBy(pauses));
  }

  /** Wakes the groups, those to which nothing can happen unseen only now and then. */
  private void check(int plan) {
    if (plan != plans) {
      return; // planned anew since
    }
    looks++;
    int pauses = 1;
    try {
      pauses = groups.values().stream().mapToInt(this::look).min().orElse(1);
    } finally {
      plan(pauses);
    }
  }

  /** Wakes a group if it is time to; returns how long it may rest. */
  private int look(MemberGroup group) {
    int pause = group.pause();
    if (pause < MemberGroup.LONGEST_PAUSE || looks % LOOKS_OF_REST == 0) {
      group.wake();
    }
    return pause;
  }

  private void foundAlone(MemberGroup main) throws InterruptedException {
    try {
      main.found(context.settings().config());
      told(main);
    } catch (IOException | TimeoutException e) {
      LOG.error("The default group cannot be made", e);
    }
  }

  @Override
  public @Nullable Throwable damage() {
    for (MemberGroup group : groups.values()) {
      Throwable damage = group.damage();
      if (damage != null) {
        return damage;
      }
    }
    return unopened;
  }

  @Override
  public @Nullable String refusal() {
    String claimed = context.claimed();
    Formation forming = formation;
    return claimed != null || forming == null ? claimed : forming.refusal();
  }

  private Set<URI> seeds(MemberGroup main) {
    Set<URI> seeds = new TreeSet<>(main.joining().otherPeers());
    for (GroupRecord record : context.register().all()) {
      for (GroupMembership membership : new GroupMembership[] {record.active(), record.joining()}) {
        if (membership != null) {
          membership.addresses().values().forEach(address -> seeds.add(URI.create(address)));
        }
      }
    }
    return seeds;
  }

  /** Takes up what the register holds; returns whether it holds no default group. */
  private boolean resume(long deadline) throws InterruptedException {
    boolean fresh = true;
    List<CompletableFuture<Void>> opening = new ArrayList<>();
    for (GroupRecord record : context.register().all()) {
      fresh &= !record.name().equals(DEFAULT);
      MemberGroup group = group(record.name());
      opening.add(
          GroupContext.<@Nullable Void>onThread(
                  "cairn-open-" + record.name(),
                  () -> {
                    resume(group, record);
                    return null;
                  })
              .exceptionally(failure -> unopened(record, failure)));
    }
    try {
      CompletableFuture.allOf(opening.toArray(CompletableFuture<?>[]::new))
          .get(
              Math.max(1, deadline - context.environment().nanos().getAsLong()),
              TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The groups take long to open");
    }
    return fresh;
  }

  private @Nullable Void unopened(GroupRecord record, Throwable failure) {
    if (!(failure instanceof InterruptedException)) {
      LOG.error("Group {} cannot be opened", record.name(), failure);
      unopened = failure;
    }
    return null;
  }

  private void resume(MemberGroup group, GroupRecord record)
      throws IOException, InterruptedException, TimeoutException {
    for (GroupMembership gone : record.retired()) {
      delete(record.name(), gone);
      var _ = context.register().update(record.name(), now -> now.withoutRetired(gone));
    }
    GroupMembership joining = record.joining();
    if (joining != null) {
      group.joining().resume(joining);
    }
    GroupMembership active = record.active();
    if (active != null) {
      group.open(active, context.settings().config());
      told(group);
    }
  }

  /** Deletes what is left of a membership that was given up. */
  private void delete(String name, GroupMembership gone) throws IOException {
    String prefix = gone.logPrefix(name);
    Set<String> keys = new TreeSet<>(gone.left());
    for (String stored : context.environment().node().storedReplicaSets()) {
      if (stored.startsWith(prefix)) {
        context.environment().node().forgetReplicaSet(stored);
        keys.add(stored.substring(prefix.length()));
      }
    }
    for (String key : keys) {
      int slash = key.indexOf('/');
      if (slash > 0) {
        context
            .environment()
            .machines()
            .delete(
                new PartitionId(
                    name,
                    gone.uid(),
                    key.substring(0, slash),
                    Integer.parseInt(key.substring(slash + 1)),
                    gone.generation()));
      }
    }
    new DurableFile(SystemPartition.file(context, name, gone)).delete();
  }

  private CompletableFuture<byte[]> answer(byte[] bytes) {
    ControlQuestion question = ControlQuestion.decode(bytes);
    MemberGroup group = groups.get(question.group());
    CompletableFuture<ControlAnswer> answer =
        group != null
            ? group.answer(question)
            : CompletableFuture.completedFuture(
                question instanceof ControlQuestion.Inquire
                    ? new ControlAnswer.Stands(
                        JoinPosition.without(context.self(), context.address(), false, false, 1),
                        false,
                        false)
                    : new ControlAnswer.Busy("there is no group " + question.group() + " here"));
    return answer.thenApply(ControlAnswer::encode);
  }

  @Override
  public @Nullable URI addressOf(String nodeId) {
    return context.peers().address(nodeId);
  }

  @Override
  public void onLeaderChange(LeaderNews.Listener listener) {
    context.leaders().listen(listener);
  }

  @Override
  public void onPartitionsChange(Consumer<NodeGroup> listener) {
    listeners.add(listener);
  }

  @Override
  public void diskFull(boolean full) {
    context.peers().full(full);
    announce(
        metadata -> {
          if (full) {
            metadata.put(LivePeers.DISK_FULL, "true");
          } else {
            metadata.remove(LivePeers.DISK_FULL);
          }
        });
  }

  private synchronized void announce(Consumer<Map<String, String>> change) {
    var membership = context.environment().membership();
    Map<String, String> metadata = new HashMap<>(membership.self().metadata());
    change.accept(metadata);
    membership.updateMetadata(metadata);
  }

  @Override
  public void leave(Duration patience) {
    long deadline = context.environment().nanos().getAsLong() + patience.toNanos();
    stopForming();
    context.peers().leaving();
    var membership = context.environment().membership();
    announce(metadata -> metadata.put(LivePeers.LEAVING, "true"));
    try {
      for (MemberGroup group : groups.values()) {
        announce(group, deadline);
      }
      boolean leads = true;
      while (leads && context.environment().nanos().getAsLong() - deadline < 0) {
        leads = false;
        List<CompletableFuture<Void>> transfers = new ArrayList<>();
        for (MemberGroup group : groups.values()) {
          GroupInstance here = group.current();
          if (here != null && here.hasLeadershipToHandOver()) {
            leads = true;
            transfers.addAll(here.handOverLeadership());
          }
        }
        if (leads) {
          awaitSuccess(transfers);
        }
      }
      membership.leave().get(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The others were not told in time", e);
    }
  }

  /** Waits until all have succeeded. If one fails, or there are none, waits before the next try. */
  private void awaitSuccess(List<CompletableFuture<Void>> transfers)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Void> succeeded = new CompletableFuture<>();
    if (!transfers.isEmpty()) {
      var _ =
          CompletableFuture.allOf(transfers.toArray(CompletableFuture<?>[]::new))
              .thenRun(() -> succeeded.complete(null));
    }
    long millis = Math.min(50, context.timings().check().toMillis());
    succeeded.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).get();
  }

  /** Has the group count this node as gone, so that nobody hands leadership back to it. */
  private void announce(MemberGroup group, long deadline) throws InterruptedException {
    GroupInstance here = group.current();
    if (here == null || here.memberCount() < 2) {
      return;
    }
    long left = (deadline - context.environment().nanos().getAsLong()) / 2;
    if (left <= 0) {
      return;
    }
    try {
      here.change(
              state -> {
                NodeRecord self = state.nodes().get(context.self());
                return self == null || self.unavailableSinceMicros() != 0
                    ? state
                    : state.withNode(self.dead(context.environment().micros()));
              },
              Duration.ofNanos(left))
          .get(left, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Group {} could not be told", group.name(), e);
    }
  }

  private void stopForming() {
    Formation forming = formation;
    if (forming != null) {
      forming.close();
    }
  }

  @Override
  public void close() {
    context.closed().countDown();
    stopForming();
    context.timer().shutdownNow();
    groups.values().forEach(MemberGroup::close);
  }
}
