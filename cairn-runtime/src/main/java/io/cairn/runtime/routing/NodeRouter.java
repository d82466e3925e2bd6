// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Has an operation done by a certain node and no other, as if a client had sent it there. Nothing
 * is repeated. Thread-safe.
 */
public final class NodeRouter {

  private final ForwardedCalls calls;
  private final String self;
  private final Consumer<Operation> atThisNode;
  private final Executor handlers;

  /**
   * Creates a router.
   *
   * @param calls reaches other nodes
   * @param self this node
   * @param atThisNode takes operations for this node
   * @param handlers runs what waits for answers
   */
  public NodeRouter(
      ForwardedCalls calls, String self, Consumer<Operation> atThisNode, Executor handlers) {
    this.calls = calls;
    this.self = self;
    this.atThisNode = atThisNode;
    this.handlers = handlers;
  }

  /** This node. */
  public String self() {
    return self;
  }

  /** Has the operation done; its path and query are the target's. */
  public void send(String node, Operation op) {
    if (node.equals(self)) {
      atThisNode.accept(op);
    } else if (!ForwardedCalls.asksForEvents(op)) {
      calls.send(
          node,
          op,
          ForwardCodec.Kind.NODE,
          null,
          outcome -> handlers.execute(() -> give(node, op, outcome)));
    } else if (!calls.redirect(node, op)) {
      StandardRefusal.UNAVAILABLE.answer(op, "Nobody knows where node " + node + " is");
    }
  }

  private static void give(String node, Operation op, ForwardedOutcome outcome) {
    switch (outcome) {
      case ForwardedOutcome.Done done -> done.give(op, "Node " + node);
      case ForwardedOutcome.Moved() ->
          StandardRefusal.UNAVAILABLE.answer(op, "Node %s could not do it now".formatted(node));
      case ForwardedOutcome.Failed failed ->
          failed.give(
              op,
              "The outcome is unknown: node %s was lost before it answered".formatted(node),
              "Node %s could not be asked: %s".formatted(node, failed.cause().getMessage()));
    }
  }
}
