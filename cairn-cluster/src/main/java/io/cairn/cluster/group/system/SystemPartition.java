// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.system;

import io.cairn.cluster.Applied;
import io.cairn.cluster.LeadershipListener;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.Propose;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.SystemCommand;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.net.FailedFuture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replica of a group's system partition, and the way by which any member changes the
 * group: it makes the new state from the one it knows and has the leader propose it; if another
 * change came first, it makes it again.
 */
public final class SystemPartition {

  private static final Logger LOG = LoggerFactory.getLogger(SystemPartition.class);

  private static final Duration RETRY = Duration.ofMillis(50);
  private static final Duration REBUILD_PAUSE = Duration.ofSeconds(1);

  private final GroupContext context;
  private final String group;
  private final GroupMembership membership;
  private final Runnable wake;
  private volatile SystemMachine machine;
  private volatile @Nullable ReplicaSet replica;
  private volatile @Nullable String trouble;

  private SystemPartition(
      GroupContext context, String group, GroupMembership membership, Runnable wake) {
    this.context = context;
    this.group = group;
    this.membership = membership;
    this.wake = wake;
    this.machine = SystemMachine.empty(file(context, group, membership), wake);
  }

  /**
   * Opens the replica's state; {@link #start} has it take part. If it is damaged, and others have
   * it, it is made ready for theirs.
   *
   * @param wake called when the state or the leader changes; must be short
   * @throws IOException if it is damaged, and nobody else has it; says what to do
   */
  public static SystemPartition open(
      GroupContext context, String group, GroupMembership membership, Runnable wake)
      throws IOException {
    SystemPartition partition = new SystemPartition(context, group, membership, wake);
    try {
      partition.machine = SystemMachine.open(file(context, group, membership), wake);
    } catch (ReplicaDamagedException e) {
      partition.prepareRebuild(e);
    }
    return partition;
  }

  private void prepareRebuild(ReplicaDamagedException damage) throws IOException {
    List<String> others = membership.others(context.self());
    if (others.isEmpty()) {
      throw new IOException(
          damage.getMessage()
              + ". No other node has it: restore the whole data directory from a backup",
          damage);
    }
    String rebuilding =
        "rebuilding on %s from %s: %s"
            .formatted(context.self(), String.join(", ", others), damage.getMessage());
    if (trouble == null) {
      LOG.error("Group {}: {}", groupId(), rebuilding);
    }
    trouble = rebuilding;
    SystemMachine fresh = SystemMachine.forRebuild(file(context, group, membership), wake);
    fresh.fillFrom(
        node ->
            context.ask(
                context.peers().address(node), new ControlQuestion.Copy(group, membership.uid())));
    machine = fresh;
    wake.run();
  }

  /**
   * Says what keeps the replica from being started, and what is done about it; null if nothing
   * does.
   */
  public @Nullable String trouble() {
    return trouble;
  }

  public static Path file(GroupContext context, String group, GroupMembership membership) {
    return file(context.settings().directory(), group, membership);
  }

  public static Path file(Path directory, String group, GroupMembership membership) {
    String name = membership.logPrefix(group);
    return directory.resolve("groups").resolve(name.substring(0, name.length() - 1) + ".system");
  }

  String groupId() {
    return group + "@" + membership.uid() + "/sys";
  }

  /** Starts the replica; blocks while the log is replayed. */
  public void start() throws IOException, InterruptedException {
    List<String> founders = membership.founders();
    if (!membership.founded()) {
      founders = founders.stream().filter(id -> !id.equals(context.self())).toList();
      if (founders.isEmpty()) {
        founders =
            membership.addresses().keySet().stream()
                .filter(id -> !id.equals(context.self()))
                .sorted()
                .toList();
      }
    }
    ReplicaSetSetup setup =
        new ReplicaSetSetup(
            groupId(), membership.logPrefix(group) + "sys", founders, !membership.founded());
    ReplicaSet started = startOrRebuild(setup);
    replica = started;
    if (trouble != null) {
      trouble = null;
      LOG.info("Group {}: its state here was rebuilt and serves again", groupId());
    }
    started.onLeadershipChange(new Waker(wake));
  }

  private ReplicaSet startOrRebuild(ReplicaSetSetup setup)
      throws IOException, InterruptedException {
    while (true) {
      boolean rebuilds = trouble != null;
      try {
        return await(
            context
                .environment()
                .node()
                .startReplicaSet(
                    rebuilds ? setup.refilledFrom(membership.others(context.self())) : setup,
                    machine));
      } catch (ReplicaDamagedException e) {
        prepareRebuild(e);
        if (rebuilds) {
          context.pause(REBUILD_PAUSE); // nobody could give a copy yet
        }
      }
    }
  }

  /** Has the log forget the replica, and deletes what it has stored. Blocks. */
  public void discard() throws IOException {
    context.environment().node().removeReplicaSet(groupId()).join();
    machine.delete();
  }

  public static ReplicaSet await(CompletableFuture<ReplicaSet> starting)
      throws IOException, InterruptedException {
    try {
      return starting.get();
    } catch (ExecutionException e) {
      Throwable cause = FailedFuture.cause(e);
      throw cause instanceof IOException io ? io : new IOException(cause);
    }
  }

  /** Makes the first state of a group of this node alone, unless there is one. */
  public void found(SystemState first) throws InterruptedException, TimeoutException {
    long deadline = deadline(context.timings().change());
    while (machine.state() == null) {
      ReplicaSet here = replica;
      if (here != null && here.isLeader()) {
        var _ = answer(new SystemCommand(0, first)).join();
      }
      if (!machine.awaitVersion(1, RETRY) && expired(deadline)) {
        throw new TimeoutException("the group " + group + " could not be made");
      }
    }
  }

  public @Nullable SystemState state() {
    return machine.state();
  }

  public @Nullable ReplicaSet replica() {
    return replica;
  }

  public SystemMachine machine() {
    return machine;
  }

  /** Tells whether this node leads for sure, so that it knows the latest state. */
  public boolean leads() {
    ReplicaSet here = replica;
    return here != null && here.leadership() != null;
  }

  /** Completes once this node knows every change that was acknowledged before the call. */
  public CompletableFuture<SystemState> latest() {
    ReplicaSet here = replica;
    if (here == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not started"));
    }
    return here.readIndex()
        .thenCompose(here::awaitApplied)
        .thenApply(
            done -> {
              SystemState state = machine.state();
              if (state == null) {
                throw new IllegalStateException("the group has no state yet");
              }
              return state;
            });
  }

  /** Proposes a command here. The answer says how that went; it never fails. */
  public CompletableFuture<ControlAnswer> answer(SystemCommand command) {
    ReplicaSet here = replica;
    if (here == null) {
      return CompletableFuture.completedFuture(new ControlAnswer.Elsewhere(""));
    }
    return here.propose(command.encode(), null).handle(this::outcome);
  }

  private ControlAnswer outcome(@Nullable Applied applied, @Nullable Throwable failure) {
    if (applied != null) {
      return new ControlAnswer.Decided(Boolean.TRUE.equals(applied.result()));
    }
    Throwable cause = failure == null ? null : FailedFuture.cause(failure);
    return switch (cause) {
      case OutcomeUnknownException e -> new ControlAnswer.Unknown(String.valueOf(e.getMessage()));
      case NotLeaderException e ->
          new ControlAnswer.Elsewhere(e.leader() == null ? "" : e.leader());
      case null, default -> new ControlAnswer.Busy(String.valueOf(cause));
    };
  }

  /**
   * Changes the group. Completes, with a state that has the change, once that was committed and is
   * known here.
   *
   * @param change makes the new state of the present one; returns the same if nothing is to be
   *     done; throws {@link IllegalStateException} if it cannot be done. May be called several
   *     times.
   */
  public CompletableFuture<SystemState> change(
      UnaryOperator<SystemState> change, Duration patience) {
    CompletableFuture<SystemState> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("cairn-group-change")
        .start(
            () -> {
              try {
                result.complete(changeNow(change, patience));
              } catch (TimeoutException | RuntimeException e) {
                result.completeExceptionally(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private SystemState changeNow(UnaryOperator<SystemState> change, Duration patience)
      throws InterruptedException, TimeoutException {
    long deadline = deadline(patience);
    String last = "no leader is known";
    while (true) {
      SystemState now = machine.state();
      if (now != null) {
        SystemState wanted = change.apply(now);
        if (wanted.equals(now)) {
          return now;
        }
        SystemState next = wanted.asVersion(now.version() + 1);
        ControlAnswer answer = propose(new SystemCommand(now.version(), next));
        if (answer instanceof ControlAnswer.Decided decided) {
          var _ =
              machine.awaitVersion(
                  decided.effective() ? next.version() : now.version() + 1, RETRY.multipliedBy(20));
          if (decided.effective()) {
            SystemState reached = machine.state();
            return reached != null && reached.version() >= next.version() ? reached : next;
          }
          last = "other changes came first";
        } else {
          last = describe(answer);
          context.pause(RETRY);
        }
      } else {
        var _ = machine.awaitVersion(1, RETRY);
      }
      if (expired(deadline)) {
        throw new TimeoutException("group " + group + " could not be changed: " + last);
      }
    }
  }

  private static String describe(ControlAnswer answer) {
    return switch (answer) {
      case ControlAnswer.Elsewhere elsewhere ->
          elsewhere.leader().isEmpty()
              ? "no leader is known; a majority of its voting members must live"
              : "node " + elsewhere.leader() + " leads it, and does not answer";
      case ControlAnswer.Unknown unknown -> unknown.reason();
      case ControlAnswer.Busy busy -> busy.reason();
      default -> answer.toString();
    };
  }

  private ControlAnswer propose(SystemCommand command) throws InterruptedException {
    ReplicaSet here = replica;
    ControlAnswer answer = answer(command).join();
    String leader = here == null ? null : here.leader();
    if (answer instanceof ControlAnswer.Elsewhere elsewhere) {
      if (!elsewhere.leader().isEmpty()) {
        leader = elsewhere.leader();
      }
      if (leader != null && !leader.equals(context.self())) {
        try {
          return context
              .ask(context.peers().address(leader), new Propose(group, membership.uid(), command))
              .get(context.timings().request().toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
          return new ControlAnswer.Unknown("node " + leader + " did not answer: " + e.getMessage());
        }
      }
    }
    return answer;
  }

  private long deadline(Duration patience) {
    return context.environment().nanos().getAsLong() + patience.toNanos();
  }

  private boolean expired(long deadline) {
    return context.environment().nanos().getAsLong() - deadline > 0;
  }

  /** Wakes somebody at each change of the leader. */
  public record Waker(Runnable wake) implements LeadershipListener {

    @Override
    public void gained(io.cairn.cluster.Leadership leadership) {
      wake.run();
    }

    @Override
    public void lost(long term) {
      wake.run();
    }

    @Override
    public void leaderChanged(@Nullable String leader, long term) {
      wake.run();
    }
  }
}
