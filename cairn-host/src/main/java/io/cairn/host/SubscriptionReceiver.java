// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import java.util.function.Consumer;

/**
 * Receives the notifications of one subscription on this host. The handler completes each operation;
 * the publisher sends the next one only then. A DELETE that is not a notification ends the receiver:
 * the publisher sends it when it has dropped the subscription.
 */
class SubscriptionReceiver extends StatelessService {
  private final Consumer<Operation> handler;

  /** A receiver that hands notifications to {@code handler}. */
  SubscriptionReceiver(Consumer<Operation> handler) {
    this.handler = handler;
  }

  @Override
  public void handleRequest(Operation op) {
    if (op.isNotification() && !op.isEndOfSubscription()) {
      notified(op);
    } else {
      super.handleRequest(op);
    }
  }

  /** Ends the receiver, as the publisher asks from this host or another. */
  @Override
  public void handleDelete(Operation goodbye) {
    if (!isStoppedBy(goodbye)) {
      getHost().stopService(this);
    }
    goodbye.complete();
  }

  /** Takes a notification to the handler. */
  void notified(Operation notification) {
    handler.accept(notification);
  }
}
