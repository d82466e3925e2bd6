// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.replica;

import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the members of one consensus group, while this node leads it, to those that are desired:
 * one step at a time, each conditional on the last. Makes before it breaks: a replica is taken away
 * only when its successor votes, except a dead one that the group has given up.
 */
public final class MemberReconciler {

  private static final Logger LOG = LoggerFactory.getLogger(MemberReconciler.class);

  private static final long CONTACT_MILLIS = 2_000;

  /** After so long without an outcome the members themselves tell what became of a step. */
  private static final long STEP_SECONDS = 10;

  private static final long SLACK = 256;
  private static final long BACK_OFF_NANOS = 1_000_000_000L;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final String self;
  private final Predicate<String> isAlive;
  private final Runnable wake;
  private final LongSupplier nanos;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile long notBefore = Long.MIN_VALUE;
  private volatile @Nullable Patience patience;

  /** Since when a step has failed each time. */
  private record Patience(Step step, long sinceNanos, boolean told) {}

  /** What is to be done next. */
  public sealed interface Step {

    /** Change the members. */
    record Change(String nodeId, MemberChange change) implements Step {}

    /** Hand leadership over. */
    record Transfer(String nodeId) implements Step {}

    /** A member is on its way; look again soon. */
    record Wait() implements Step {}

    /** All is as desired. */
    record Done() implements Step {}
  }

  public MemberReconciler(
      String self, Predicate<String> isAlive, Runnable wake, LongSupplier nanos) {
    this.nanos = nanos;
    this.self = self;
    this.isAlive = isAlive;
    this.wake = wake;
  }

  /** Tells whether a change is under way, so that the members are not final. */
  public boolean isBusy() {
    return busy.get();
  }

  /**
   * Takes the next step, if this node leads and none is under way. Does not wait.
   *
   * @param desired the members, and whether each votes
   * @param preferred the node that is to lead; null for any
   * @param latest the members desired by the latest state of the group; asked before a member is
   *     taken away, because what this node knows may be old
   * @return whether to look again soon
   */
  public boolean step(
      ReplicaSet group,
      Map<String, Boolean> desired,
      @Nullable String preferred,
      Supplier<CompletableFuture<Map<String, Boolean>>> latest) {
    long nowNanos = nanos.getAsLong();
    if (group.leadership() == null || busy.get()) {
      return false;
    }
    if (notBefore != Long.MIN_VALUE && nowNanos - notBefore < 0) {
      return true;
    }
    Map<String, Boolean> actual = new TreeMap<>();
    for (Member member : group.members()) {
      actual.put(member.nodeId(), member.voter());
    }
    Map<String, MemberProgress> progress = group.progress();
    long applied = group.lastApplied();
    Step step = decide(actual, desired, id -> caughtUp(progress.get(id), applied), preferred);
    switch (step) {
      case Step.Change change ->
          run(group, step, nowNanos, () -> change(group, change, desired, latest));
      case Step.Transfer transfer ->
          run(group, step, nowNanos, () -> group.transfer(transfer.nodeId()));
      case Step.Wait _ -> {
        return true;
      }
      case Step.Done _ -> {
        return false;
      }
    }
    return false;
  }

  private void run(
      ReplicaSet group, Step step, long nowNanos, Supplier<CompletableFuture<Void>> action) {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    LOG.debug("Group {}: {}", group.id(), step);
    var _ =
        begin(action)
            .orTimeout(STEP_SECONDS, TimeUnit.SECONDS)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    patience = null;
                  } else {
                    failed(group, step, failure);
                    notBefore = nowNanos + BACK_OFF_NANOS;
                  }
                  busy.set(false);
                  wake.run();
                });
  }

  /**
   * A step that fails is tried again: the node has not started its replica yet, another step came
   * first, another node leads. Only what goes on failing is for an operator, who is told once.
   */
  private void failed(ReplicaSet group, Step step, Throwable failure) {
    LOG.debug("Group {}: {} failed, will try again", group.id(), step, failure);
    Patience present = patience;
    long now = nanos.getAsLong();
    if (present == null || !present.step.equals(step)) {
      patience = new Patience(step, now, false);
    } else if (!present.told && now - present.sinceNanos >= PATIENCE_NANOS) {
      patience = new Patience(step, present.sinceNanos, true);
      LOG.warn(
          "Group {}: {} has failed for {} s and is tried again: {}. Look at the log of that node",
          group.id(),
          step,
          TimeUnit.NANOSECONDS.toSeconds(now - present.sinceNanos),
          failure.getMessage());
    }
  }

  private static CompletableFuture<Void> begin(Supplier<CompletableFuture<Void>> action) {
    try {
      return action.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static CompletableFuture<Void> change(
      ReplicaSet group,
      Step.Change change,
      Map<String, Boolean> desired,
      Supplier<CompletableFuture<Map<String, Boolean>>> latest) {
    String id = change.nodeId();
    if (change.change() != MemberChange.REMOVE) {
      return group.changeMembers(id, change.change());
    }
    return latest
        .get()
        .thenCompose(
            now ->
                Objects.equals(now.get(id), desired.get(id))
                    ? group.changeMembers(id, MemberChange.REMOVE)
                    : CompletableFuture.completedFuture(null));
  }

  private static boolean caughtUp(@Nullable MemberProgress progress, long applied) {
    return progress != null
        && progress.matchIndex() > 0
        && progress.sinceContactMillis() <= CONTACT_MILLIS
        && progress.matchIndex() + SLACK >= applied;
  }

  public Step decide(
      Map<String, Boolean> actual,
      Map<String, Boolean> desired,
      Predicate<String> caughtUp,
      @Nullable String preferred) {
    if (desired.isEmpty()) {
      return new Step.Done();
    }
    for (Map.Entry<String, Boolean> member : actual.entrySet()) {
      String id = member.getKey();
      if (!desired.containsKey(id)
          && (!member.getValue() || (!isAlive.test(id) && canSpare(actual, id)))) {
        return new Step.Change(id, MemberChange.REMOVE);
      }
    }
    boolean waiting = false;
    boolean complete = true;
    for (Map.Entry<String, Boolean> wish : desired.entrySet()) {
      String id = wish.getKey();
      Boolean votes = actual.get(id);
      if (votes == null) {
        if (isAlive.test(id)) {
          return new Step.Change(id, MemberChange.ADD_LEARNER);
        }
        complete = false;
      } else if (wish.getValue() && !votes) {
        if (isAlive.test(id) && caughtUp.test(id)) {
          return new Step.Change(id, MemberChange.ADD_OR_PROMOTE_VOTER);
        }
        complete = false;
        waiting |= isAlive.test(id);
      }
    }
    if (complete) {
      Step parting = parting(actual, desired, caughtUp);
      if (parting != null) {
        return parting;
      }
    }
    if (preferred != null
        && !waiting // One thing after the other: a change of members and a transfer hinder each
        // other.
        && !preferred.equals(self)
        && Boolean.TRUE.equals(actual.get(preferred))
        && isAlive.test(preferred)
        && caughtUp.test(preferred)) {
      return new Step.Transfer(preferred);
    }
    return waiting ? new Step.Wait() : new Step.Done();
  }

  /** Takes away a voter that is none any more, now that all others vote. */
  private @Nullable Step parting(
      Map<String, Boolean> actual, Map<String, Boolean> desired, Predicate<String> caughtUp) {
    for (Map.Entry<String, Boolean> member : actual.entrySet()) {
      String id = member.getKey();
      if (!member.getValue() || Boolean.TRUE.equals(desired.get(id))) {
        continue;
      }
      if (!id.equals(self)) {
        if (canSpare(actual, id)) {
          return new Step.Change(id, MemberChange.REMOVE);
        }
        continue;
      }
      List<String> heirs = new ArrayList<>();
      desired.forEach(
          (node, votes) -> {
            if (votes
                && !node.equals(self)
                && Boolean.TRUE.equals(actual.get(node))
                && isAlive.test(node)
                && caughtUp.test(node)) {
              heirs.add(node);
            }
          });
      if (!heirs.isEmpty()) {
        return new Step.Transfer(heirs.getFirst());
      }
    }
    return null;
  }

  /** Tells whether a majority of the voters that would be left lives. */
  private boolean canSpare(Map<String, Boolean> actual, String id) {
    List<String> left =
        actual.entrySet().stream()
            .filter(member -> member.getValue() && !member.getKey().equals(id))
            .map(Map.Entry::getKey)
            .toList();
    long alive = left.stream().filter(isAlive).count();
    return !left.isEmpty() && alive > left.size() / 2;
  }
}
