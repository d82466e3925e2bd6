// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Has an operation done by a certain node and no other, as if a client had sent it there. Nothing
 * is repeated. Thread-safe.
 */
public final class NodeRouter {

  private static final int STATUS_CODE_TEMPORARY_REDIRECT = 307;

  private final ForwardedCalls calls;
  private final String self;
  private final Consumer<Operation> atThisNode;
  private final Executor handlers;
  private final LongSupplier nowMicros;

  /**
   * Creates a router.
   *
   * @param calls reaches other nodes
   * @param self this node
   * @param atThisNode takes operations for this node
   * @param handlers runs what waits for answers
   * @param nowMicros the clock that operations expire by
   */
  public NodeRouter(
      ForwardedCalls calls,
      String self,
      Consumer<Operation> atThisNode,
      Executor handlers,
      LongSupplier nowMicros) {
    this.calls = calls;
    this.self = self;
    this.atThisNode = atThisNode;
    this.handlers = handlers;
    this.nowMicros = nowMicros;
  }

  /** This node. */
  public String self() {
    return self;
  }

  /** Has the operation done; its path and query are the target's. */
  public void send(String node, Operation op) {
    if (node.equals(self)) {
      atThisNode.accept(op);
      return;
    }
    if (wantsEvents(op)) {
      redirect(node, op);
      return;
    }
    long left = op.getExpirationMicrosUtc() - nowMicros.getAsLong();
    byte[] payload;
    try {
      payload = ForwardCodec.encode(ForwardCodec.Kind.NODE, op, left, null);
    } catch (IOException | RuntimeException e) {
      op.fail(e);
      return;
    }
    calls
        .send(node, op, payload, Duration.of(Math.max(left, 1000), ChronoUnit.MICROS))
        .whenComplete(
            (answer, failure) ->
                handlers.execute(
                    () -> {
                      if (failure == null) {
                        answered(node, op, answer);
                      } else {
                        lost(node, op, unwrap(failure));
                      }
                    }));
  }

  private static void answered(String node, Operation op, byte[] payload) {
    try {
      PeerAnswers.give(op, ForwardCodec.decodeAnswer(payload), "Node " + node);
    } catch (IOException e) {
      op.fail(e);
    }
  }

  private static boolean wantsEvents(Operation op) {
    String accept = op.getRequestHeader(Operation.ACCEPT_HEADER);
    return op.getAction() == Action.GET
        && accept != null
        && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM);
  }

  /** A stream of events comes from the node itself: an answer over the peer channel must end. */
  private void redirect(String node, Operation op) {
    URI address = calls.address(node);
    if (address == null) {
      unavailable(op, "Nobody knows where node " + node + " is");
      return;
    }
    op.addResponseHeader(
        Operation.LOCATION_HEADER,
        "%s://%s%s"
            .formatted(
                address.getScheme(), address.getRawAuthority(), ForwardCodec.target(op.getUri())));
    op.setStatusCode(STATUS_CODE_TEMPORARY_REDIRECT).setBodyNoCloning(null).complete();
  }

  private static void lost(String node, Operation op, Throwable failure) {
    if (failure instanceof CancellationException) {
      op.failCancelled();
      return;
    }
    boolean harmless = op.getAction() == Action.GET || op.getAction() == Action.OPTIONS;
    boolean unknown =
        !harmless
            && (failure instanceof PeerConnectionLostException
                || failure instanceof PeerTimeoutException);
    if (unknown) {
      op.addResponseHeader(Operation.RETRY_AFTER_HEADER, "1");
      Operation.fail(
          op,
          Operation.STATUS_CODE_UNAVAILABLE,
          ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN,
          new IllegalStateException(
              "The outcome is unknown: node %s was lost before it answered".formatted(node),
              failure));
    } else {
      unavailable(op, "Node %s could not be asked: %s".formatted(node, failure.getMessage()));
    }
  }

  private static void unavailable(Operation op, String why) {
    op.addResponseHeader(Operation.RETRY_AFTER_HEADER, "1");
    Operation.fail(
        op,
        Operation.STATUS_CODE_UNAVAILABLE,
        ServiceErrorResponse.ERROR_CODE_UNAVAILABLE,
        new IllegalStateException(why));
  }

  private static Throwable unwrap(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }
}
