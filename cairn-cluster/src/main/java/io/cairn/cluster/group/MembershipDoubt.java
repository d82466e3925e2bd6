// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.state.SystemState;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether the group has removed this node while it was away: nobody would tell it,
 * because removed members are no longer spoken to. A node that hears of no leader for some time
 * asks the others, and believes only one that leads the system partition for sure. So does one that
 * was taken out of the system partition: it may be a member still, which is to vote no more.
 */
final class MembershipDoubt {

  private static final Logger LOG = LoggerFactory.getLogger(MembershipDoubt.class);

  private static final long CHECKS = 3;

  private final GroupContext context;
  private final String group;
  private final GroupInstance instance;
  private final Runnable onLost;
  private final AtomicBoolean lost = new AtomicBoolean();
  private final AtomicInteger asking = new AtomicInteger();
  private @Nullable Long quietSince;

  MembershipDoubt(GroupContext context, String group, GroupInstance instance, Runnable onLost) {
    this.context = context;
    this.group = group;
    this.instance = instance;
    this.onLost = onLost;
  }

  /** Looks whether there is a doubt, and does something about it. One thread at a time. */
  boolean check(@Nullable ReplicaSet system) {
    if (system == null || lost.get()) {
      return false;
    }
    boolean failed = system.failure() != null;
    if (system.leader() != null && !failed && !system.isRemoved()) {
      quietSince = null;
      return false;
    }
    long now = context.environment().nanos().getAsLong();
    if (quietSince == null) {
      quietSince = now;
    }
    long pause = context.timings().check().toNanos() * CHECKS;
    if (asking.get() == 0 && (system.isRemoved() || now - quietSince >= pause)) {
      quietSince = now;
      ask(failed);
    }
    return false;
  }

  /**
   * Asks the others.
   *
   * @param failed whether the replica here has stopped by itself; then it is given up as soon as
   *     the group has a leader without it, and not before: what is here may be needed still
   */
  private void ask(boolean failed) {
    Map<String, URI> others = new TreeMap<>();
    instance.membership().addresses().forEach((id, address) -> others.put(id, URI.create(address)));
    SystemState state = instance.state();
    if (state != null) {
      state.nodes().values().forEach(node -> others.put(node.id(), node.address()));
    }
    others.remove(context.self());
    var question = new ControlQuestion.Inquire(group, instance.standing(false, false));
    others.forEach(
        (id, address) -> {
          URI live = context.peers().address(id);
          asking.incrementAndGet();
          var _ =
              context
                  .ask(live == null ? address : live, question)
                  .whenComplete(
                      (answer, failure) -> {
                        asking.decrementAndGet();
                        if (answer instanceof ControlAnswer.Stands stands) {
                          hear(stands, failed);
                        }
                      });
        });
  }

  private void hear(ControlAnswer.Stands stands, boolean failed) {
    ControlQuestion.JoinPosition there = stands.standing();
    if (stands.sure() && there.uid().equals(instance.uid())) {
      if (failed || !stands.youAreMember()) {
        lose();
      } else {
        instance.beginAnewIfRemoved();
      }
    } else if (there.formerly().contains(instance.uid()) && instance.replacedBy(there)) {
      LOG.error(
          "Group {} {}: {}", group, instance.uid(), GroupInstance.replacement(there.nodeId()));
    }
  }

  private void lose() {
    if (lost.compareAndSet(false, true)) {
      onLost.run();
    }
  }
}
