// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import java.util.List;
import java.util.concurrent.CancellationException;

/** What has become of an operation at the node that was asked to do it. */
public sealed interface ForwardedOutcome {

  /** Nothing was done, because that node does not own the target by now, or not yet. */
  record Moved() implements ForwardedOutcome {}

  /**
   * The operation has its answer, be it good or bad.
   *
   * @param headers names, which are in lower case, and values in turn
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Done(int status, String contentType, List<String> headers, byte[] body)
      implements ForwardedOutcome {

    /** Whether nothing is to be added for a client; a failure without a word is. */
    boolean isWhole() {
      return status < Operation.STATUS_CODE_FAILURE_THRESHOLD || body.length > 0;
    }

    /** Whether the answer has a header, whose name is in lower case. */
    public boolean has(String name) {
      for (int i = 0; i < headers.size(); i += 2) {
        if (headers.get(i).equals(name)) {
          return true;
        }
      }
      return false;
    }

    /** Completes or fails an operation as that node did. */
    void give(Operation op, String who) {
      op.setStatusCode(status);
      for (int i = 0; i < headers.size(); i += 2) {
        op.addResponseHeaderAsIs(headers.get(i), headers.get(i + 1));
      }
      byte[] bytes = body.length == 0 ? null : body;
      op.setBodyNoCloning(bytes).setContentType(contentType);
      if (status < Operation.STATUS_CODE_FAILURE_THRESHOLD) {
        op.complete();
      } else {
        op.fail(new AnsweredFailure("%s answered %d".formatted(who, status)), bytes);
      }
    }
  }

  /** No answer came, or one that cannot be read. */
  record Failed(Throwable cause) implements ForwardedOutcome {

    /** Whether certainly nothing was done, or nothing that could not be done again. */
    boolean isRepeatable(Action action) {
      return cause instanceof PeerUnreachableException
          || cause instanceof PeerQueueFullException
          || (isHarmless(action) && cause instanceof PeerConnectionLostException);
    }

    /**
     * Fails an operation that is not repeated.
     *
     * @param unknown what to say if it may have changed something
     * @param unavailable what to say if not
     */
    void give(Operation op, String unknown, String unavailable) {
      if (cause instanceof CancellationException) {
        op.failCancelled();
      } else if (!isHarmless(op.getAction())
          && (cause instanceof PeerConnectionLostException
              || cause instanceof PeerTimeoutException)) {
        StandardRefusal.OUTCOME_UNKNOWN.answer(op, new IllegalStateException(unknown, cause));
      } else {
        StandardRefusal.UNAVAILABLE.answer(op, unavailable);
      }
    }

    private static boolean isHarmless(Action action) {
      return action == Action.GET || action == Action.OPTIONS;
    }
  }

  /** Another node answered with an error status; its body says why. */
  final class AnsweredFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnsweredFailure(String message) {
      super(message, null, false, false);
    }
  }
}
