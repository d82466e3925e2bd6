// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpResponse;
import io.cairn.net.WatchedExchange;
import org.jspecify.annotations.Nullable;

/** An exchange of which somebody wants to know when its answer begins. */
final class CountedExchange extends WatchedExchange {

  private final Runnable answered;

  /**
   * Watches an exchange.
   *
   * @param answered is run when its answer begins, perhaps several times
   */
  CountedExchange(HttpExchange exchange, Runnable answered) {
    super(exchange);
    this.answered = answered;
  }

  @Override
  protected void answered(int status, @Nullable HttpResponse whole) {
    answered.run();
  }
}
