// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.FailedFuture;
import io.cairn.net.HttpExchange;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who has sent a request, where to find that out takes time that an event loop does not have. */
final class LateProof {

  private static final Logger log = LoggerFactory.getLogger(LateProof.class);

  private LateProof() {}

  /**
   * Finds it out, and goes on with the request on the thread that did; or answers it.
   *
   * @param then what is done for who has sent it
   */
  static void of(
      Guard guard, Credentials credentials, HttpExchange exchange, Consumer<SubjectContext> then) {
    var _ =
        guard
            .prove(credentials)
            .thenAccept(
                who -> {
                  if (exchange.isAbandoned()) {
                    exchange.respond(RefusalAnswers.UNHEARD); // nothing of it was done
                  } else {
                    then.accept(who);
                  }
                })
            .exceptionally(
                failure -> {
                  refuse(exchange, FailedFuture.cause(failure));
                  return null;
                });
  }

  private static void refuse(HttpExchange exchange, Throwable failure) {
    if (failure instanceof Refusal unproved) {
      exchange.respond(RefusalAnswers.challenge(unproved));
    } else {
      log.error("The handler of {} failed", exchange.request(), failure);
      exchange.respond(
          RefusalAnswers.of(Operation.STATUS_CODE_INTERNAL_ERROR, "Internal server error"));
    }
  }
}
