// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.service.Operation;
import java.util.Map;

/** Gives operations the answers that came from other nodes. */
final class PeerAnswers {

  private PeerAnswers() {}

  /** Completes or fails an operation as another node did. */
  static void give(Operation op, ForwardCodec.Answer answer, String who) {
    op.setStatusCode(answer.status());
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      op.addResponseHeaderAsIs(header.getKey(), header.getValue());
    }
    byte[] bytes = answer.body().length == 0 ? null : answer.body();
    op.setBodyNoCloning(bytes).setContentType(answer.contentType());
    if (answer.status() < Operation.STATUS_CODE_FAILURE_THRESHOLD) {
      op.complete();
    } else {
      op.fail(new AnsweredFailure("%s answered %d".formatted(who, answer.status())), bytes);
    }
  }

  /** Another node answered with an error status; its body says why. */
  private static final class AnsweredFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnsweredFailure(String message) {
      super(message, null, false, false);
    }
  }
}
