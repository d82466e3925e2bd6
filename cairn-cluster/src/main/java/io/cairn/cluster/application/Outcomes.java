// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.application.RequestFailedException.Reason;
import io.cairn.net.FailedFuture;
import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * What answers and failures mean to the sender. Says that nothing has happened only if it is
 * certain.
 */
final class Outcomes {

  private Outcomes() {}

  static Delivery delivery(MessageAnswer answer) {
    return switch (answer.kind()) {
      case DELIVERED, REPLIED, REFUSED, FAILED, EXPIRED -> Delivery.DELIVERED;
      case QUEUED -> Delivery.QUEUED;
      case OVERFLOW -> Delivery.OVERFLOW;
      case NO_APPLICATION -> Delivery.NO_APPLICATION;
      case TOO_LARGE -> Delivery.TOO_LARGE;
      case LATE, UNREACHABLE -> Delivery.UNREACHABLE;
    };
  }

  static Delivery delivery(@Nullable Throwable failure) {
    return switch (cause(failure)) {
      case PeerUnreachableException unreachable -> Delivery.UNREACHABLE;
      case PeerQueueFullException full -> Delivery.OVERFLOW;
      // The network takes requests of all kinds; it refuses those beyond its bound unseen.
      case PeerRefusedException refused when refused.isCertainlyNotExecuted() -> Delivery.OVERFLOW;
      default -> Delivery.UNKNOWN;
    };
  }

  static RequestFailedException failure(String nodeId, MessageAnswer answer) {
    Reason reason =
        switch (answer.kind()) {
          case OVERFLOW -> Reason.OVERFLOW;
          case NO_APPLICATION -> Reason.NO_APPLICATION;
          case TOO_LARGE -> Reason.TOO_LARGE;
          case LATE, UNREACHABLE -> Reason.UNREACHABLE;
          case REFUSED -> Reason.REFUSED;
          case EXPIRED -> Reason.TIMEOUT;
          case FAILED, DELIVERED, QUEUED, REPLIED -> Reason.FAILED;
        };
    return new RequestFailedException(reason, nodeId + ": " + answer.sentence());
  }

  static RequestFailedException failure(String nodeId, @Nullable Throwable failure) {
    Throwable cause = cause(failure);
    Reason reason =
        switch (cause) {
          case PeerUnreachableException unreachable -> Reason.UNREACHABLE;
          case PeerQueueFullException full -> Reason.OVERFLOW;
          case PeerRefusedException refused when refused.isCertainlyNotExecuted() ->
              Reason.OVERFLOW;
          case PeerTimeoutException timeout -> Reason.TIMEOUT;
          case PeerConnectionLostException lost -> Reason.CONNECTION_LOST;
          default -> Reason.FAILED;
        };
    RequestFailedException result =
        new RequestFailedException(reason, nodeId + ": " + cause.getMessage());
    result.initCause(cause);
    return result;
  }

  private static Throwable cause(@Nullable Throwable failure) {
    return failure == null ? new IllegalStateException("no answer") : FailedFuture.cause(failure);
  }
}
