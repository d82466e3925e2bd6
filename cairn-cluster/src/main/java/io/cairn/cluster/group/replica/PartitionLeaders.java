// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.replica;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.Located;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes have told of the partitions that they lead themselves: that they do, and who is
 * in them for sure. Nobody passes on what it has heard, or two nodes could confirm each other's
 * belief in a dead leader for ever. Asked for when it is needed, of as few nodes as possible.
 */
public final class PartitionLeaders {

  private final GroupContext context;
  private final String group;
  private final String uid;
  private final Runnable wake;
  private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();
  private final AtomicInteger asking = new AtomicInteger();
  private volatile long lastAsked = Long.MIN_VALUE;

  /** Who was in a partition when its leader last said so. */
  public record Sighting(List<String> members, long askedNanos) {}

  public PartitionLeaders(GroupContext context, String group, String uid, Runnable wake) {
    this.context = context;
    this.group = group;
    this.uid = uid;
    this.wake = wake;
  }

  /**
   * Returns what a partition's leader said in answer to a question asked after a moment, or null.
   */
  public @Nullable Sighting since(String key, long nanos) {
    Sighting sighting = sightings.get(key);
    return sighting != null && sighting.askedNanos() - nanos >= 0 ? sighting : null;
  }

  /** Returns what this node can tell of its own replicas. */
  public static List<Located> tell(
      Iterable<PartitionReplicas> sets, Map<String, MemberReconciler> reconcilers) {
    List<Located> all = new ArrayList<>();
    for (PartitionReplicas set : sets) {
      for (Replica replica : set.replicas()) {
        ReplicaSet here = replica.replica();
        MemberReconciler reconciler = reconcilers.get(replica.key());
        List<String> members = List.of();
        boolean leads = here != null && here.leadership() != null;
        boolean sure = false;
        if (here != null && leads) {
          sure = reconciler == null || !reconciler.isBusy();
          members = here.members().stream().map(Member::nodeId).toList();
        }
        all.add(new Located(set.selector().name(), replica.id().number(), leads, sure, members));
      }
    }
    return all;
  }

  /**
   * Asks about some partitions, unless that was done lately. Does not wait.
   *
   * @param wanted the partitions
   * @param urgent whether something waits for the answer
   */
  public void ask(List<Replica> wanted, boolean urgent) {
    long now = context.environment().nanos().getAsLong();
    long pause = context.timings().check().toNanos() * (urgent ? 1 : 4) / 2;
    boolean due = lastAsked == Long.MIN_VALUE || now - lastAsked >= pause;
    if (wanted.isEmpty() || !due || asking.get() > 0) {
      return;
    }
    lastAsked = now;
    Set<String> targets = new TreeSet<>();
    for (Replica replica : wanted) {
      String owner = replica.owner();
      if (owner != null && !owner.equals(context.self()) && context.peers().isAlive(owner)) {
        targets.add(owner);
      } else {
        replica.ledBy(null);
        replica.holders().stream()
            .filter(id -> !id.equals(context.self()) && context.peers().isAlive(id))
            .forEach(targets::add);
      }
    }
    Set<Replica> asked = new HashSet<>(wanted);
    for (String target : targets) {
      asking.incrementAndGet();
      var _ =
          context
              .ask(context.peers().address(target), new ControlQuestion.Locate(group, uid))
              .whenComplete(
                  (answer, failure) -> {
                    asking.decrementAndGet();
                    if (answer instanceof ControlAnswer.LocatedPartitions told) {
                      take(target, told, asked, now);
                    } else {
                      forget(target, asked);
                    }
                  });
    }
  }

  private void take(
      String target, ControlAnswer.LocatedPartitions told, Set<Replica> asked, long askedNanos) {
    boolean changed = false;
    Set<String> led = new HashSet<>();
    for (Located located : told.partitions()) {
      String key = located.selector() + "/" + located.number();
      if (located.sure()) {
        sightings.put(key, new Sighting(located.members(), askedNanos));
        changed = true;
      }
      if (located.leads()) {
        led.add(key);
      }
    }
    for (Replica replica : asked) {
      if (led.contains(replica.key())) {
        changed |= !target.equals(replica.owner());
        replica.ledBy(target);
      } else {
        changed |= replica.notLedBy(target);
      }
    }
    if (changed) {
      wake.run();
    }
  }

  private void forget(String target, Set<Replica> asked) {
    for (Replica replica : asked) {
      if (replica.notLedBy(target)) {
        wake.run();
      }
    }
  }
}
