// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives notifications and renews the subscription when the publisher does not know it: a
 * publisher without history has restarted or moved to another node, one with history has dropped
 * the subscription or was deleted and made anew. The publisher is asked at each maintenance
 * interval and when the node group changes. Between the loss and the renewal notifications are
 * missed: the first one after it is marked {@code xn-nt-skipped}, and with {@code replayState} it
 * is the present state. While a publisher with history knows the subscription, nothing is missed.
 *
 * <p>It ends with {@link ServiceHost#stopSubscriptionService}, or when a subscription with a limit
 * or an expiration is over. Thread-safe.
 */
public class ReliableSubscriptionService extends SubscriptionStarter.Receiver {
  private final URI subscriptions;
  private final @Nullable AuthorizationContext subject;
  private final ServiceSubscriber subscriber;
  private final AtomicBoolean checking = new AtomicBoolean();
  private final AtomicBoolean renewed = new AtomicBoolean();

  private ReliableSubscriptionService(
      Operation subscribe, ServiceSubscriber subscriber, Consumer<Operation> handler) {
    super(handler);
    this.subscriptions = SubscriptionStarter.subscriptionsUri(subscribe.getUri());
    this.subject = subscribe.getAuthorizationContext();
    this.subscriber = subscriber;
    toggleOption(ServiceOption.PERIODIC_MAINTENANCE, true);
  }

  /**
   * A receiver to be started by {@link ServiceHost#startSubscriptionService(Operation, Service,
   * ServiceSubscriber)}.
   *
   * @param subscribe names the publisher and on whose behalf to subscribe
   * @param subscriber the terms, renewed as they are
   * @param handler completes each notification
   */
  public static ReliableSubscriptionService create(
      Operation subscribe, ServiceSubscriber subscriber, Consumer<Operation> handler) {
    return new ReliableSubscriptionService(subscribe, subscriber, handler);
  }

  @Override
  void notified(Operation notification) {
    if (renewed.getAndSet(false)) {
      notification.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS);
    }
    super.notified(notification);
  }

  @Override
  public void handleDelete(Operation delete) {
    boolean ends =
        delete.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE)
            || subscriber.notificationLimit != null
            || subscriber.documentExpirationTimeMicros != 0;
    if (ends) {
      super.handleDelete(delete);
    } else {
      // Dropped for failures: the next check renews it.
      Operation.failActionNotSupported(delete);
    }
  }

  @Override
  public void handlePeriodicMaintenance(Operation op) {
    check();
    op.complete();
  }

  @Override
  public void handleNodeGroupMaintenance(Operation op) {
    check();
    op.complete();
  }

  private void check() {
    if (subscriber.reference == null || !checking.compareAndSet(false, true)) {
      return;
    }
    sendRequest(
        Operation.createGet(subscriptions)
            .setReferer(getUri())
            .setAuthorizationContext(subject)
            .disableFailureLogging(true)
            .setCompletion(
                (answer, failure) -> {
                  if (failure == null && isForgotten(answer)) {
                    renew();
                  } else {
                    checking.set(false);
                  }
                }));
  }

  private boolean isForgotten(Operation answer) {
    return !answer
        .getBody(ServiceSubscriptionState.class)
        .subscribers
        .containsKey(subscriber.reference);
  }

  private void renew() {
    sendRequest(
        Operation.createPost(subscriptions)
            .setReferer(getUri())
            .setAuthorizationContext(subject)
            .setBody(subscriber)
            .setCompletion(
                (answer, failure) -> {
                  if (failure == null) {
                    renewed.set(true);
                  } else {
                    logWarning("Subscription to %s is lost: %s", subscriptions, failure);
                  }
                  checking.set(false);
                }));
  }
}
