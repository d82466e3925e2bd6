// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion.Inquire;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings a node and its configured peers into one default group, whatever the order in which they
 * start: a node without a group joins one that it finds, or makes one; a node with a group of one
 * goes on asking its peers until all are in the same group. Runs on one virtual thread.
 */
final class Formation {

  private static final Logger LOG = LoggerFactory.getLogger(Formation.class);

  private static final int CALM = 5;

  private final GroupContext context;
  private final MemberGroup group;
  private final Set<String> refused = new HashSet<>();
  private final long started;
  private String complaint = "";
  private volatile @Nullable String refusal;

  /** Whether some of those asked last have neither answered nor failed to. */
  private boolean undecided;

  private volatile boolean closed;

  Formation(GroupContext context, MemberGroup group) {
    this.context = context;
    this.group = group;
    this.started = context.environment().nanos().getAsLong();
  }

  void start() {
    Thread.ofVirtual().name("cairn-formation").start(this::run);
  }

  void close() {
    closed = true;
  }

  private void run() {
    try {
      while (!closed) {
        boolean settled = false;
        try {
          settled = round();
        } catch (IOException | TimeoutException | RuntimeException e) {
          complain(e);
        }
        boolean young = age() < context.timings().startup().toNanos() * 2;
        Duration pause = young ? context.timings().seek() : context.timings().merge();
        context.pause(settled ? context.timings().merge().multipliedBy(CALM) : pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Logs a reason once, not each time that it still holds. */
  private void complain(Exception e) {
    String reason = String.valueOf(e.getMessage());
    boolean refusedThere = e instanceof JoinRefusedException;
    if (refusedThere && group.current() == null) {
      refusal = "this node is not let into the default group: " + reason;
    }
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.atLevel(refusedThere ? Level.WARN : Level.INFO)
          .log("The default group could not be formed yet, trying again: {}", reason);
    }
    LOG.debug("The default group could not be formed yet", e);
  }

  private long age() {
    return context.environment().nanos().getAsLong() - started;
  }

  /** Does what is to be done now; returns whether all peers are in one group. */
  private boolean round() throws InterruptedException, IOException, TimeoutException {
    if (group.occupation() != MemberGroup.Occupation.NONE) {
      return false;
    }
    if (group.current() == null) {
      form(ask(knownPeers()));
      return false;
    }
    refusal = null;
    return merge(ask(group.joining().otherPeers()));
  }

  /** The configured peers, and those who know this node as theirs: a seed may be told of nobody. */
  private Collection<URI> knownPeers() {
    Set<URI> known = new LinkedHashSet<>(group.joining().otherPeers());
    context.environment().membership().members().forEach(member -> known.add(member.address()));
    known.remove(context.address());
    return known;
  }

  private void form(Map<URI, JoinPosition> peers)
      throws InterruptedException, IOException, TimeoutException {
    boolean found = false;
    for (Map.Entry<URI, JoinPosition> peer : peers.entrySet()) {
      if (peer.getValue().members() > 0) {
        found = true;
        if (!peer.getValue().joining()) {
          group.joining().joinNow(peer.getKey(), context.settings().role(), patience());
          return;
        }
      }
    }
    Set<String> fresh = new HashSet<>();
    peers.values().stream().filter(s -> s.members() == 0).forEach(s -> fresh.add(s.nodeId()));
    fresh.add(context.self());
    // A node that stops has no connections, and so nobody who refuses it.
    if (closed || (fresh.size() == 1 && isRefused())) {
      return;
    }
    boolean first = fresh.stream().noneMatch(id -> id.compareTo(context.self()) < 0);
    int quorum = context.settings().config().membershipQuorum();
    boolean late = age() >= context.timings().startup().toNanos();
    boolean alone = quorum <= 1 && ((first && !undecided) || late);
    boolean together = quorum > 1 && first && fresh.size() >= quorum;
    if (!found && (alone || together) && group.occupy(MemberGroup.Occupation.JOINING)) {
      try {
        group.found(context.settings().config());
      } finally {
        var _ = group.occupy(MemberGroup.Occupation.JOINING, MemberGroup.Occupation.NONE);
      }
    }
  }

  /**
   * Whether a configured peer is there and one of the two does not believe the other. That is a
   * mistake in the settings of one, and a group that this node made of itself alone would take
   * writes that the peer's group never sees. Where nobody answers, this node is the first.
   */
  private boolean isRefused() {
    Collection<URI> configured = group.joining().otherPeers();
    refusal =
        context.environment().control().troubles().stream()
            .filter(trouble -> trouble.isRefusal() && configured.contains(trouble.address()))
            .map(
                trouble ->
                    "this node makes no group of its own while the peer at %s is there: %s"
                        .formatted(trouble.address(), trouble.reason()))
            .findFirst()
            .orElse(null);
    return refusal != null;
  }

  /** Returns why this node has no group and makes none; null if that is not so. */
  @Nullable String refusal() {
    return refusal;
  }

  private boolean merge(Map<URI, JoinPosition> peers)
      throws InterruptedException, IOException, TimeoutException {
    boolean settled = peers.size() == group.joining().otherPeers().size();
    for (Map.Entry<URI, JoinPosition> peer : peers.entrySet()) {
      JoinPosition mine = group.standing();
      JoinPosition theirs = peer.getValue();
      if (mine.members() == 0 || mine.uid().equals(theirs.uid())) {
        continue;
      }
      settled = false;
      if (mine.joins(theirs) && !theirs.joining()) {
        group.joining().joinNow(peer.getKey(), context.settings().role(), patience());
        return false;
      }
      if (mine.formerly().contains(theirs.uid()) && refused.add(theirs.uid())) {
        LOG.error(
            "Node {} is a member of the group in whose place this node's group was recovered: they"
                + " are kept apart. Recover what it has and start it again to join, or, if that"
                + " group is well, send this node a JoinPeerRequest with node {} to dissolve its"
                + " group into that one",
            theirs.nodeId(),
            theirs.nodeId());
      } else if (mine.members() > 1 && theirs.members() > 1 && refused.add(theirs.uid())) {
        LOG.error(
            "Node {} is a member of another default group, and both groups have several members:"
                + " they are not merged. Stop the nodes of one, move their data away and start"
                + " them again to join the other",
            theirs.nodeId());
      }
    }
    return settled;
  }

  private Duration patience() {
    return context.timings().request();
  }

  /** Asks all at once; those that do not answer are not in the result. */
  private Map<URI, JoinPosition> ask(Collection<URI> peers) throws InterruptedException {
    Inquire question = new Inquire(group.name(), group.standing());
    Map<URI, CompletableFuture<ControlAnswer>> answers = new LinkedHashMap<>();
    peers.forEach(peer -> answers.put(peer, context.ask(peer, question)));
    try {
      CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
          .get(context.timings().request().toNanos() / 4, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Not all peers answer", e);
    }
    undecided = answers.values().stream().anyMatch(answer -> !answer.isDone());
    Map<URI, JoinPosition> standings = new LinkedHashMap<>();
    answers.forEach(
        (peer, answer) -> {
          if (answer.isDone()
              && !answer.isCompletedExceptionally()
              && answer.join() instanceof ControlAnswer.Stands stands
              && !stands.standing().nodeId().equals(context.self())) {
            standings.put(peer, stands.standing());
          }
        });
    return standings;
  }
}
