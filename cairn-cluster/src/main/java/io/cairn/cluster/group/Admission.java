// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.peers.ControlQuestion.Join;
import io.cairn.cluster.group.state.JoinRequest;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.net.FailedFuture;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Lets other nodes into a group that this node is a member of, or says why not. */
final class Admission {

  private final GroupContext context;
  private final MemberGroup group;

  /** The node cannot be let in now, or ever. */
  private static final class NotAdmitted extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ControlAnswer answer;

    NotAdmitted(ControlAnswer answer) {
      super(answer.toString());
      this.answer = answer;
    }
  }

  Admission(GroupContext context, MemberGroup group) {
    this.context = context;
    this.group = group;
  }

  /** Decides a wish. The future does not fail. */
  CompletableFuture<ControlAnswer> decide(Join join, boolean insteadOfOwn) {
    GroupInstance here = group.current();
    SystemState state = here == null ? null : here.state();
    JoinRequest joiner = join.joiner();
    if (here == null || state == null) {
      return busy("node " + context.self() + " has no group " + group.name() + " yet");
    }
    if (!group.beginAdmission(insteadOfOwn)) {
      return busy("node " + context.self() + " is about to join a group itself");
    }
    context.environment().membership().seeds(List.of(joiner.address()));
    // Shorter than the asker waits, so that it hears the outcome.
    return here.change(
            now -> admit(now, joiner), context.timings().request().multipliedBy(3).dividedBy(4))
        .handle(
            (after, failure) -> {
              group.endAdmission();
              if (failure == null) {
                return after.has(joiner.id(), joiner.token())
                    ? new ControlAnswer.Accepted(after)
                    : new ControlAnswer.Busy(
                        "a former membership of node " + joiner.id() + " is being ended");
              }
              Throwable cause = FailedFuture.cause(failure);
              return cause instanceof NotAdmitted refusal
                  ? refusal.answer
                  : new ControlAnswer.Unknown(String.valueOf(cause.getMessage()));
            });
  }

  private static CompletableFuture<ControlAnswer> busy(String reason) {
    return CompletableFuture.completedFuture(new ControlAnswer.Busy(reason));
  }

  private SystemState admit(SystemState state, JoinRequest joiner) {
    if (state.has(joiner.id(), joiner.token())) {
      return state;
    }
    if (state.departed().containsKey(joiner.id())) {
      throw new NotAdmitted(
          new ControlAnswer.Busy(
              "the removal of node " + joiner.id() + " has not reached all partitions yet"));
    }
    NodeRecord present = state.nodes().get(joiner.id());
    if (present == null) {
      return state.withNode(
          NodeRecord.joining(joiner, state.version() + 1, context.environment().micros()));
    }
    URI live = context.peers().liveAddress(joiner.id());
    if (joiner.id().equals(context.self())
        || (live != null && !Objects.equals(live, joiner.address()))) {
      throw new NotAdmitted(
          new ControlAnswer.Refused(
              "a node with the id "
                  + joiner.id()
                  + " lives at "
                  + context.peers().address(joiner.id())
                  + "; give this one another id"));
    }
    // It was a member and has lost what it had: its votes and copies must not count any more.
    return state.without(joiner.id(), context.environment().micros());
  }
}
