// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.state.ServiceSubscriptionState;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers {@code /subscriptions}: GET lists, POST adds, DELETE removes. Thread-safe. */
public final class SubscriptionRequests {
  private final Service service;
  private final Subscriptions subscriptions;
  private final SubscriptionTargets targets;

  /** Answers for a service. */
  public SubscriptionRequests(
      Service service, Subscriptions subscriptions, SubscriptionTargets targets) {
    this.service = service;
    this.subscriptions = subscriptions;
    this.targets = targets;
  }

  /**
   * Answers a request.
   *
   * @throws IllegalArgumentException if the request makes no sense
   */
  public void handle(Operation op) {
    switch (op.getAction()) {
      case GET -> get(op);
      case POST -> post(op);
      case DELETE -> delete(op);
      case PUT, PATCH, OPTIONS -> Operation.failActionNotSupported(op);
    }
  }

  private void get(Operation op) {
    ServiceSubscriptionState answer = new ServiceSubscriptionState();
    answer.documentKind = DocumentKinds.shared().kindOf(ServiceSubscriptionState.class);
    answer.documentSelfLink = op.getUri().getPath();
    answer.documentOwner = service.getHost().getId();
    answer.subscribers = subscriptions.describe();
    op.setBodyNoCloning(answer).complete();
  }

  private void post(Operation op) {
    ServiceSubscriber sent = op.getBody(ServiceSubscriber.class);
    URI target = targetOf(sent);
    if (sent.notificationLimit != null && sent.notificationLimit < 1) {
      throw new IllegalArgumentException("notificationLimit must be positive");
    }
    requireOther(target);
    String refusal = targets.refusal(target);
    if (refusal != null) {
      op.fail(Operation.STATUS_CODE_FORBIDDEN, new IllegalStateException(refusal), null);
      return;
    }
    ServiceSubscriber kept = ownCopy(sent, target);
    if (!subscriptions.add(target, kept, op.getAuthorizationContext(), kept.replayState)) {
      Operation.failLimitExceeded(
          op,
          ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
          Subscriptions.MAXIMUM_SUBSCRIBERS + " subscribers of " + service.getSelfLink());
      return;
    }
    op.setBodyNoCloning(kept).complete();
    if (kept.replayState) {
      replay(target, op);
    }
  }

  private void delete(Operation op) {
    URI target = targetOf(op.getBody(ServiceSubscriber.class));
    if (!subscriptions.remove(target)) {
      throw Refusal.notFound(target + " is no subscriber of " + service.getSelfLink());
    }
    op.complete();
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

  private URI targetOf(ServiceSubscriber sent) {
    URI reference = sent.reference;
    if (reference == null || reference.toString().isEmpty()) {
      throw new IllegalArgumentException("reference is required");
    }
    if (!reference.isAbsolute() && reference.getRawAuthority() == null) {
      return UriUtils.buildUri(service.getHost(), reference.toString());
    }
    String scheme = reference.getScheme();
    boolean known =
        UriUtils.HTTP_SCHEME.equalsIgnoreCase(scheme)
            || UriUtils.HTTPS_SCHEME.equalsIgnoreCase(scheme);
    if (!known || reference.getHost() == null) {
      throw new IllegalArgumentException("reference must be an http or https URI: " + reference);
    }
    return reference;
  }

  /** A service that is told of its own changes would never come to rest. */
  private void requireOther(URI target) {
    if (targets.isSelf(target, Objects.requireNonNull(service.getSelfLink()))) {
      throw new IllegalArgumentException("a service cannot subscribe to itself");
    }
  }

  private static ServiceSubscriber ownCopy(ServiceSubscriber sent, URI target) {
    ServiceSubscriber copy = new ServiceSubscriber();
    copy.reference = target;
    copy.replayState = sent.replayState;
    copy.usePublicUri = sent.usePublicUri;
    copy.notificationLimit = sent.notificationLimit;
    copy.documentExpirationTimeMicros = sent.documentExpirationTimeMicros;
    copy.documentUpdateTimeMicros = Utils.getNowMicrosUtc();
    copy.documentKind = DocumentKinds.shared().kindOf(ServiceSubscriber.class);
    return copy;
  }
}
