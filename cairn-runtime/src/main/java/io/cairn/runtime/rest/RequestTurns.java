// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpExchange;
import io.cairn.runtime.quotas.RequestIntake;
import io.cairn.runtime.quotas.RequestShares;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.failure.LimitExceeded;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has requests wait or refuses them, as their senders' limits want it. Thread-safe; never blocks.
 *
 * @param intake lets requests in no faster than their senders may send
 * @param shares has nobody keep others from having requests done
 */
public record RequestTurns(RequestIntake intake, RequestShares shares) {

  private static final Logger log = LoggerFactory.getLogger(RequestTurns.class);

  /** Whether anything is limited. */
  boolean isOn() {
    return shares.isOn() || intake.isOn();
  }

  /**
   * Takes a request in: goes on with it now or later, or answers it.
   *
   * @param who has sent it; null if nobody was asked to prove it
   * @param then goes on, with the exchange that is to be answered
   */
  void take(HttpExchange exchange, @Nullable SubjectContext who, Consumer<HttpExchange> then) {
    HttpExchange counted;
    try {
      counted =
          shares.isOn()
              ? new CountedExchange(exchange, shares.enter(who, exchange.remoteAddress()))
              : exchange;
    } catch (LimitExceeded limit) {
      exchange.respond(RefusalAnswers.of(limit));
      return;
    }
    if (letsIn(counted, who, then)) {
      goOn(counted, then);
    }
  }

  /** Whether a request may be done now; else it has its answer, or waits for its turn. */
  private boolean letsIn(
      HttpExchange exchange, @Nullable SubjectContext who, Consumer<HttpExchange> then) {
    if (!intake.isOn()) {
      return true;
    }
    Runnable inTurn =
        () -> {
          if (exchange.isAbandoned()) {
            exchange.respond(RefusalAnswers.UNHEARD); // for what the exchange holds
          } else {
            goOn(exchange, then);
          }
        };
    try {
      return intake.letsIn(who, exchange.remoteAddress(), exchange.request().path(), inTurn);
    } catch (LimitExceeded limit) {
      exchange.respond(RefusalAnswers.of(limit));
      return false;
    }
  }

  /** Whatever goes wrong, the request has an answer, and its sender its share back. */
  private static void goOn(HttpExchange exchange, Consumer<HttpExchange> then) {
    try {
      then.accept(exchange);
    } catch (LimitExceeded limit) {
      exchange.respond(RefusalAnswers.of(limit));
    } catch (RuntimeException defect) {
      log.error("The handler of {} failed", exchange.request(), defect);
      exchange.respond(
          RefusalAnswers.of(Operation.STATUS_CODE_INTERNAL_ERROR, "Internal server error"));
    }
  }
}
