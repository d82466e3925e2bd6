// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.FailedFuture;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.state.ServiceSubscriptionState;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Answers {@code /subscriptions}: GET lists, POST adds, DELETE removes. Thread-safe. */
public final class SubscriptionRequests {
  private final Service service;
  private final SubscriberSet subscribers;
  private final SubscriptionTargets targets;

  /** Answers for a service. */
  public SubscriptionRequests(
      Service service, SubscriberSet subscribers, SubscriptionTargets targets) {
    this.service = service;
    this.subscribers = subscribers;
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
    when(subscribers.describe(), op, shown -> op.setBodyNoCloning(answer(op, shown)).complete());
  }

  private ServiceSubscriptionState answer(Operation op, Map<URI, ServiceSubscriber> shown) {
    ServiceSubscriptionState answer = new ServiceSubscriptionState();
    answer.documentKind = DocumentKinds.shared().kindOf(ServiceSubscriptionState.class);
    answer.documentSelfLink = op.getUri().getPath();
    answer.documentOwner = service.getHost().getId();
    answer.subscribers = shown;
    return answer;
  }

  private void post(Operation op) {
    ServiceSubscriber sent = op.getBody(ServiceSubscriber.class);
    URI reference = referenceOf(sent);
    URI target = resolved(service.getHost(), reference);
    if (sent.notificationLimit != null && sent.notificationLimit < 1) {
      throw new IllegalArgumentException("notificationLimit must be positive");
    }
    requireOther(target);
    String refusal = targets.refusal(target);
    if (refusal != null) {
      op.fail(Operation.STATUS_CODE_FORBIDDEN, new IllegalStateException(refusal), null);
      return;
    }
    ServiceSubscriber kept = ownCopy(sent, reference);
    when(subscribers.add(kept, op), op, added -> answer(op, kept, added));
  }

  private void answer(Operation op, ServiceSubscriber kept, boolean added) {
    if (added) {
      op.setBodyNoCloning(kept).complete();
    } else {
      Operation.failLimitExceeded(
          op,
          ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
          "subscribers of " + service.getSelfLink());
    }
  }

  private void delete(Operation op) {
    URI target = referenceOf(op.getBody(ServiceSubscriber.class));
    when(
        subscribers.remove(target),
        op,
        removed -> {
          if (removed) {
            op.setBodyNoCloning(null).complete();
          } else {
            op.fail(Refusal.notFound(target + " is no subscriber of " + service.getSelfLink()));
          }
        });
  }

  private static <T> void when(CompletionStage<T> done, Operation op, Consumer<T> then) {
    var _ =
        done.whenComplete(
            (result, failure) -> {
              if (failure == null) {
                then.accept(result);
              } else {
                refuse(op, FailedFuture.cause(failure));
              }
            });
  }

  private static void refuse(Operation op, Throwable failure) {
    switch (failure) {
      case Refusal refusal -> op.fail(refusal);
      case OutcomeUnknownException unknown -> StandardRefusal.OUTCOME_UNKNOWN.answer(op, unknown);
      case DiskFullException full -> StandardRefusal.DISK_FULL.answer(op, full);
      default -> StandardRefusal.UNAVAILABLE.answer(op, failure);
    }
  }

  /** The target as it is kept: a path alone is one that every node of the group has. */
  private URI referenceOf(ServiceSubscriber sent) {
    URI reference = sent.reference;
    if (reference == null || reference.toString().isEmpty()) {
      throw new IllegalArgumentException("reference is required");
    }
    if (!reference.isAbsolute() && reference.getRawAuthority() == null) {
      String path = reference.toString();
      return sent.usePublicUri ? UriUtils.buildPublicUri(service.getHost(), path) : reference;
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

  /** Where a target is from a host: a path alone is one of that host. */
  public static URI resolved(ServiceHost host, URI reference) {
    return reference.isAbsolute() ? reference : UriUtils.buildUri(host, reference.toString());
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
