// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import io.cairn.cluster.Leadership;
import io.cairn.cluster.LeadershipListener;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of changes of the leader, once and in order. Used on the group's thread. */
public final class LeadershipWatch {

  private static final Logger LOG = LoggerFactory.getLogger(LeadershipWatch.class);

  private final String groupId;
  private final List<LeadershipListener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable String leader;
  private long term;
  private long gainedTerm;

  public LeadershipWatch(String groupId) {
    this.groupId = groupId;
  }

  public void add(LeadershipListener listener) {
    listeners.add(listener);
    if (leader != null) {
      tell(listener, told -> told.leaderChanged(leader, term));
    }
    if (gainedTerm > 0) {
      tell(listener, told -> told.gained(new Leadership(gainedTerm)));
    }
  }

  /**
   * Looks what has changed.
   *
   * @param newLeader who leads now
   * @param newTerm in which term
   * @param ready whether this node leads and is ready
   */
  public void update(@Nullable String newLeader, long newTerm, boolean ready) {
    if (gainedTerm > 0 && (!ready || newTerm != gainedTerm)) {
      long lost = gainedTerm;
      gainedTerm = 0;
      listeners.forEach(listener -> tell(listener, told -> told.lost(lost)));
    }
    if (!Objects.equals(leader, newLeader) || (newLeader != null && term != newTerm)) {
      leader = newLeader;
      listeners.forEach(listener -> tell(listener, told -> told.leaderChanged(newLeader, newTerm)));
    }
    term = newTerm;
    if (ready && gainedTerm == 0) {
      gainedTerm = newTerm;
      Leadership gained = new Leadership(newTerm);
      listeners.forEach(listener -> tell(listener, told -> told.gained(gained)));
    }
  }

  private void tell(LeadershipListener listener, Consumer<LeadershipListener> what) {
    try {
      what.accept(listener);
    } catch (RuntimeException e) {
      LOG.error("A listener of group {} failed", groupId, e);
    }
  }
}
