// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the leader up to where this replica must have applied, once for all who ask at about the
 * same time: who comes while a request is under way waits for the next one, because the answer may
 * be older than a write it has seen. Each request has an id of its own, so that the answer to an
 * earlier one, be it of an earlier life of this node, is none to it. Used on the group's thread.
 */
final class ReadIndexes {

  private record Waiting(CompletableFuture<Long> future, long deadline) {}

  /** How a request reaches the leader. */
  interface Asking {
    /**
     * Sends a request to the leader, if there is one; to itself if it leads.
     *
     * @return the leader, or null
     */
    @Nullable String ask(long id);
  }

  private final ReplicaSetContext parts;
  private final Asking asking;
  private final int maxWaiting;
  private final long timeoutNanos;
  private List<Waiting> next = new ArrayList<>();
  private List<Waiting> current = new ArrayList<>();

  /** What is asked now, unless nobody waits. */
  private long id;

  private @Nullable String asked;

  ReadIndexes(ReplicaSetContext parts, Asking asking, Limits limits) {
    this.parts = parts;
    this.asking = asking;
    this.maxWaiting = limits.maxWaiting();
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(limits.timeoutMillis());
  }

  /**
   * Bounds of waiting.
   *
   * @param maxWaiting how many may wait
   * @param timeoutMillis how long
   */
  record Limits(int maxWaiting, int timeoutMillis) {}

  void add(CompletableFuture<Long> future) {
    if (next.size() >= maxWaiting) {
      future.completeExceptionally(
          new OverloadedException("too many reads wait for group " + parts.id(), null));
      return;
    }
    next.add(new Waiting(future, parts.now() + timeoutNanos));
    if (current.isEmpty()) {
      begin();
    }
  }

  private void begin() {
    current = next;
    next = new ArrayList<>();
    if (!current.isEmpty()) {
      ask();
    }
  }

  private void ask() {
    long question = parts.questions().next();
    id = question;
    parts.later(() -> askAgain(question), parts.ticks().heartbeatNanos());
    asked = asking.ask(question);
  }

  /** Unless the answer has come: the request was lost, or there was no leader. */
  private void askAgain(long unanswered) {
    if (id != unanswered || current.isEmpty()) {
      return;
    }
    long now = parts.now();
    expire(current, now);
    expire(next, now);
    if (current.isEmpty()) {
      begin();
    } else {
      ask();
    }
  }

  private void expire(List<Waiting> waiting, long now) {
    List<Waiting> late = new ArrayList<>();
    waiting.removeIf(one -> one.deadline() - now <= 0 && late.add(one));
    if (!late.isEmpty()) {
      ReplicationException reason =
          asked == null
              ? new NotLeaderException(parts.id(), null)
              : new ReplicationTimeoutException(
                  "the leader of group " + parts.id() + ", " + asked + ", did not answer in time",
                  null);
      late.forEach(one -> one.future().completeExceptionally(reason));
    }
  }

  /** The answer has come; -1 if the one who was asked could not tell. */
  void answered(long answeredId, long index) {
    if (answeredId != id || current.isEmpty() || index < 0) {
      return; // a late answer, or none: the next beat asks again
    }
    List<Waiting> done = current;
    begin();
    done.forEach(one -> one.future().complete(index));
  }

  /** Nobody will answer any more. */
  void stop(ReplicaSetStoppedException reason) {
    List<Waiting> all = new ArrayList<>(current);
    all.addAll(next);
    current = new ArrayList<>();
    next = new ArrayList<>();
    all.forEach(one -> one.future().completeExceptionally(reason));
  }
}
