// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.Engagement.Occupation;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.peers.ControlQuestion.Inquire;
import io.cairn.cluster.group.peers.ControlQuestion.Join;
import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.state.GroupRecord;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.JoinRequest;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import io.cairn.net.FailedFuture;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node from the group it is in, if any, into another one of the same name. Until
 * another node has accepted it, nothing is changed and the wish may be dropped; from then on the
 * wish is on disk and is fulfilled, over restarts too: start learning, catch up, hand the own
 * documents over, take the new membership for the present one, delete the old.
 */
final class GroupJoiner {

  private static final Logger LOG = LoggerFactory.getLogger(GroupJoiner.class);

  private final GroupContext context;
  private final MemberGroup group;
  private final Admission admission;
  private final Semaphore news = new Semaphore(0);
  private final AtomicBoolean yielding = new AtomicBoolean();
  private volatile String asked = "";
  private volatile @Nullable GroupInstance lostInstance;
  private volatile boolean closed;

  GroupJoiner(GroupContext context, MemberGroup group) {
    this.context = context;
    this.group = group;
    this.admission = new Admission(context, group);
  }

  /** Has whoever waits for a joined group look at it. */
  void wake() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  void close() {
    closed = true;
    wake();
  }

  /** Returns the configured peers other than this node. */
  Collection<URI> otherPeers() {
    Set<URI> others = new LinkedHashSet<>(context.settings().peers());
    others.remove(context.address());
    return others;
  }

  /** Tells how this node stands, and has it join the asker's group if that is how it is to be. */
  ControlAnswer answer(Inquire inquire) {
    JoinPosition asker = inquire.asker();
    GroupInstance same = group.instance(asker.uid());
    SystemPartition system = same == null ? null : same.system();
    boolean sure = system != null && system.leads();
    // After the look whether this node leads: leadership may be gained in between.
    SystemState state = same == null ? null : same.state();
    JoinPosition mine = group.standing();
    if (group.name().equals(NodeGroups.DEFAULT)
        && mine.members() == 1
        && mine.joins(asker)
        && !asker.joining()
        && yielding.compareAndSet(false, true)) {
      var _ =
          join(asker.address(), new JoinOptions(context.settings().role(), null))
              .whenComplete((done, failure) -> yielding.set(false));
    }
    return new ControlAnswer.Stands(
        mine, sure, state != null && state.has(asker.nodeId(), asker.token()));
  }

  /** Decides another node's wish to join. */
  CompletableFuture<ControlAnswer> answer(Join join) {
    GroupInstance here = group.current();
    // Two that ask each other: nobody has granted this node's wish, because the other one, being
    // about to join, grants none; so it may be dropped.
    boolean mutual =
        here != null
            && group.engagement().occupation() == Occupation.ASKING
            && asked.equals(join.joiner().id())
            && join.uid().compareTo(here.uid()) < 0;
    return admission.decide(join, mutual);
  }

  /** Joins a peer's group; see {@link NodeGroup#join}. */
  CompletableFuture<Void> join(URI peer, JoinOptions options) {
    return GroupContext.onThread(
        "cairn-join-" + group.name(),
        () -> {
          joinNow(peer, options.role(), context.timings().join());
          Integer quorum = options.membershipQuorum();
          if (quorum != null) {
            group.configure(config -> config.withMembershipQuorum(quorum)).get();
          }
          return null;
        });
  }

  /** Joins, or does nothing if the peer is in the same group. Blocks. */
  void joinNow(URI peer, NodeRole role, Duration patience)
      throws InterruptedException, IOException, TimeoutException {
    long deadline = context.environment().nanos().getAsLong() + patience.toNanos();
    GroupMembership wish = wish(role, peer.toString(), Map.of(), 0);
    String last = "";
    @Nullable Throwable silence = null;
    do {
      try {
        Attempt attempt = attempt(peer, wish);
        if (attempt.done()) {
          return;
        }
        last = attempt.reason();
      } catch (ExecutionException | TimeoutException e) {
        // Clients see this, and must not learn what there is at an address that they made up.
        last = "it does not answer as a node of this cluster; the log of this host says why";
        silence = FailedFuture.cause(e);
      }
      context.pause(context.timings().seek());
    } while (!closed && context.environment().nanos().getAsLong() - deadline < 0);
    if (silence != null) {
      LOG.warn("Group {} at {} did not answer: {}", group.name(), peer, silence.toString());
    }
    throw new TimeoutException(
        "group " + group.name() + " at " + peer + " could not be joined in time: " + last);
  }

  private record Attempt(boolean done, String reason) {}

  private Attempt attempt(URI peer, GroupMembership wish)
      throws InterruptedException, IOException, ExecutionException, TimeoutException {
    ControlAnswer answer = ask(peer, new Inquire(group.name(), group.standing()));
    if (!(answer instanceof ControlAnswer.Stands stands)) {
      return new Attempt(false, answer.toString());
    }
    JoinPosition theirs = stands.standing();
    GroupInstance here = group.current();
    if (theirs.nodeId().equals(context.self())
        || (here != null && theirs.uid().equals(here.uid()))) {
      return new Attempt(true, "");
    }
    if (theirs.members() == 0) {
      return new Attempt(false, "node " + theirs.nodeId() + " has no group yet");
    }
    if (!group.engagement().occupy(Occupation.ASKING)) {
      return new Attempt(false, "this node is joining a group, or letting another node in");
    }
    Occupation after = Occupation.NONE;
    try {
      // Only from now on nobody is let in meanwhile.
      SystemState state = here == null ? null : here.state();
      if (state != null && state.nodes().containsKey(theirs.nodeId())) {
        return new Attempt(false, "node " + theirs.nodeId() + " is joining this node's group");
      }
      asked = theirs.nodeId();
      mayDissolve(group.current(), theirs);
      ControlAnswer decision = ask(peer, new Join(group.name(), joiner(wish), uid()));
      switch (decision) {
        case ControlAnswer.Accepted accepted -> {
          if (!group.engagement().occupy(Occupation.ASKING, Occupation.JOINING)) {
            return new Attempt(false, "another node was let in meanwhile");
          }
          after = Occupation.JOINING;
        }
        case ControlAnswer.Refused refused -> throw new JoinRefusedException(refused.reason());
        default -> {
          return new Attempt(false, decision.toString());
        }
      }
      accepted(wish, ((ControlAnswer.Accepted) decision).state());
      return new Attempt(true, "");
    } finally {
      asked = "";
      var _ =
          group
              .engagement()
              .occupy(after == Occupation.NONE ? Occupation.ASKING : after, Occupation.NONE);
    }
  }

  private void mayDissolve(@Nullable GroupInstance here, JoinPosition theirs) {
    if (here != null && here.memberCount() > 1) {
      throw new JoinRefusedException(
          "this node's group %s has %d members; only a group of one can join another. %s"
              .formatted(
                  group.name(),
                  here.memberCount(),
                  theirs.members() > 1
                      ? "Two groups that both have several members cannot be merged: stop the"
                          + " nodes of one, move their data away and start them again to join"
                      : "Let node " + theirs.nodeId() + " join this one instead"));
    }
  }

  private String uid() {
    GroupInstance here = group.current();
    return here == null ? "" : here.uid();
  }

  private GroupMembership wish(
      NodeRole role, String target, Map<String, String> addresses, int generation) {
    return new GroupMembership(
        "",
        generation,
        context.environment().randomId(),
        List.of(),
        false,
        role,
        target,
        addresses,
        List.of());
  }

  private JoinRequest joiner(GroupMembership wish) {
    return new JoinRequest(
        context.self(),
        context.address(),
        wish.role(),
        context.settings().properties(),
        wish.token());
  }

  private ControlAnswer ask(URI peer, ControlQuestion question)
      throws InterruptedException, ExecutionException, TimeoutException {
    return context
        .ask(peer, question)
        .get(context.timings().request().toMillis() * 2, TimeUnit.MILLISECONDS);
  }

  private void accepted(GroupMembership wish, SystemState state)
      throws IOException, InterruptedException {
    GroupRecord before = context.register().get(group.name());
    int generation = Math.max(wish.generation(), before.nextGeneration(state.uid()));
    GroupMembership membership = wish.accepted(state, generation);
    var _ = context.register().update(group.name(), record -> record.withJoining(membership));
    finish(membership);
  }

  /** Goes on with what is on disk: a join that was accepted, or a wish to come back. */
  void resume(GroupMembership membership) {
    if (!group.engagement().occupy(Occupation.JOINING)) {
      throw new IllegalStateException("a join is resumed before anything else");
    }
    background(
        () -> {
          if (membership.accepted()) {
            finish(membership);
          } else {
            comeBack(membership);
          }
        });
  }

  /** Does something that may block. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void background(Work work) {
    Thread.ofVirtual()
        .name("cairn-join-" + group.name())
        .start(
            () -> {
              try {
                work.run();
                var _ = group.engagement().occupy(Occupation.JOINING, Occupation.NONE);
              } catch (IOException | RuntimeException e) {
                LOG.error(
                    "Group {} cannot be joined; restart this node to try again", group.name(), e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Fulfils an accepted wish. Blocks until it is, or this node stops. */
  private void finish(GroupMembership membership) throws IOException, InterruptedException {
    context
        .environment()
        .membership()
        .seeds(membership.addresses().values().stream().map(URI::create).toList());
    GroupInstance coming = new GroupInstance(context, group.name(), membership, false, group);
    group.joins(coming);
    coming.open();
    while (!closed) {
      if (coming == lostInstance) {
        again(coming);
        return;
      }
      if (new GroupHandover(context, group::current, coming).isDone()) {
        flip(coming);
        return;
      }
      var _ = news.tryAcquire(context.timings().seek().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void flip(GroupInstance coming) throws IOException, InterruptedException {
    GroupInstance here = group.current();
    List<String> keys = here == null ? List.of() : here.keys();
    var _ = context.register().update(group.name(), record -> record.flipped(keys));
    group.flip(coming);
    LOG.info("This node is a member of group {} with uid {}", group.name(), coming.uid());
    if (here != null) {
      discard(here);
    }
  }

  private void discard(GroupInstance instance) throws IOException, InterruptedException {
    instance.discard();
    var _ =
        context
            .register()
            .update(group.name(), record -> record.withoutRetired(instance.membership()));
  }

  // A membership that the group has ended.

  /** Begins anew in a group that has removed this node. Does not wait. */
  void lost(GroupInstance instance) {
    lostInstance = instance;
    wake();
    if (instance != group.current()) {
      return; // whoever joins it is waiting for it, and will see
    }
    background(
        () -> {
          while (!group.engagement().occupy(Occupation.JOINING)) {
            if (closed) {
              return;
            }
            context.pause(context.timings().seek());
          }
          LOG.warn(
              "Group {} goes on without what this node has, which begins anew in it", group.name());
          GroupMembership again = wishAgain(instance);
          var _ =
              context
                  .register()
                  .update(group.name(), record -> record.lost(again, instance.keys()));
          group.without();
          discard(instance);
          comeBack(again);
        });
  }

  private GroupMembership wishAgain(GroupInstance ended) {
    GroupMembership was = ended.membership();
    SystemState state = ended.state();
    NodeRecord self = state == null ? null : state.nodes().get(context.self());
    NodeRole role = self == null ? was.role() : self.role(); // it may have been changed since
    return wish(role, was.target(), addresses(ended), was.generation() + 1);
  }

  private Map<String, String> addresses(GroupInstance instance) {
    Map<String, String> known = new TreeMap<>(instance.membership().addresses());
    SystemState state = instance.state();
    if (state != null) {
      state.nodes().forEach((id, node) -> known.put(id, node.address().toString()));
    }
    known.remove(context.self());
    return known;
  }

  /** The group removed this node while it was joining. */
  private void again(GroupInstance coming) throws IOException, InterruptedException {
    GroupMembership again = wishAgain(coming);
    var _ =
        context
            .register()
            .update(
                group.name(),
                record ->
                    new GroupRecord(
                        record.name(),
                        record.active(),
                        again,
                        retired(record, coming.membership())));
    group.joins(null);
    discard(coming);
    comeBack(again);
  }

  private static List<GroupMembership> retired(GroupRecord record, GroupMembership gone) {
    List<GroupMembership> all = new ArrayList<>(record.retired());
    all.add(gone);
    return all;
  }

  /** Asks former fellow members until one lets this node in. Blocks. */
  private void comeBack(GroupMembership wish) throws IOException, InterruptedException {
    Set<URI> targets = new LinkedHashSet<>();
    while (!closed) {
      targets.clear();
      wish.addresses()
          .forEach(
              (id, last) -> {
                URI live = context.peers().address(id);
                targets.add(live == null ? URI.create(last) : live);
              });
      targets.addAll(otherPeers());
      targets.remove(context.address());
      for (URI target : targets) {
        SystemState state = askToComeBack(target, wish);
        if (state != null) {
          accepted(wish, state);
          return;
        }
      }
      context.pause(context.timings().seek().multipliedBy(2));
    }
  }

  private @Nullable SystemState askToComeBack(URI target, GroupMembership wish)
      throws InterruptedException {
    try {
      ControlAnswer answer = ask(target, new Join(group.name(), joiner(wish), uid()));
      if (answer instanceof ControlAnswer.Accepted accepted) {
        return accepted.state();
      }
      LOG.debug("{} does not let this node into group {} yet: {}", target, group.name(), answer);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("{} does not answer", target, e);
    }
    return null;
  }
}
