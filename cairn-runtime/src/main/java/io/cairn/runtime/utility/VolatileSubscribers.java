// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Utils;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Subscribers that live as long as the object of their service. Thread-safe. */
final class VolatileSubscribers implements SubscriberSet {
  private final Service service;
  private final Subscriptions subscriptions;

  VolatileSubscribers(Service service, Subscriptions subscriptions) {
    this.service = service;
    this.subscriptions = subscriptions;
  }

  @Override
  public CompletionStage<Boolean> add(ServiceSubscriber subscriber, Operation subscribe) {
    URI target = resolved(Objects.requireNonNull(subscriber.reference));
    subscriber.reference = target;
    boolean added =
        subscriptions.add(
            target, subscriber, subscribe.getAuthorizationContext(), subscriber.replayState);
    if (added && subscriber.replayState) {
      replay(target, subscribe);
    }
    return CompletableFuture.completedStage(added);
  }

  @Override
  public CompletionStage<Boolean> remove(URI target) {
    return CompletableFuture.completedStage(subscriptions.remove(resolved(target)));
  }

  @Override
  public CompletionStage<Map<URI, ServiceSubscriber>> describe() {
    return CompletableFuture.completedStage(subscriptions.describe());
  }

  private URI resolved(URI reference) {
    return SubscriptionRequests.resolved(service.getHost(), reference);
  }

  private void replay(URI target, Operation subscribe) {
    service.sendRequest(
        Operation.createGet(service.getUri())
            .setReferer(service.getUri())
            .setAuthorizationContext(subscribe.getAuthorizationContext())
            .disableFailureLogging(true)
            .setCompletion(
                (answer, failure) -> {
                  Object state = failure == null ? frozen(answer.getBodyRaw()) : null;
                  String type = state == null ? null : answer.getContentType();
                  subscriptions.replay(target, state, type);
                }));
  }

  /** A form that nobody changes later. */
  private static @Nullable Object frozen(@Nullable Object body) {
    return body == null || body instanceof byte[] || body instanceof String
        ? body
        : Utils.toJson(body);
  }
}
