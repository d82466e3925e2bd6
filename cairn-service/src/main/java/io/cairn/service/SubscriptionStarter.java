// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.service.uri.UtilitySuffixes;
import java.net.URI;
import java.util.function.Consumer;

/** Subscribes services of one host to publishers anywhere. Stateless. */
final class SubscriptionStarter {
  private final ServiceHost host;

  SubscriptionStarter(ServiceHost host) {
    this.host = host;
  }

  /** The address of a publisher's subscriptions, given that or the publisher's own. */
  static URI subscriptionsUri(URI publisher) {
    return publisher.getPath().endsWith(UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS)
        ? publisher
        : UriUtils.buildSubscriptionUri(publisher);
  }

  URI start(Operation subscribe, Consumer<Operation> handler, ServiceSubscriber subscriber) {
    return start(subscribe, new Receiver(handler), subscriber);
  }

  /**
   * Starts {@code target} at a link of its own and subscribes it.
   *
   * @param subscribe names the publisher; completes when the subscription holds, fails if target or
   *     subscription cannot be had
   * @return where notifications go
   */
  URI start(Operation subscribe, Service target, ServiceSubscriber subscriber) {
    String link = UriUtils.buildUriPath(ServiceUriPaths.CORE_CALLBACKS, host.nextUUID());
    // Other nodes know this one by its public address, and send notifications to nodes they know.
    URI reference = UriUtils.buildPublicUri(host, link);
    subscriber.reference = reference;
    prepare(subscribe, Service.Action.POST);
    subscribe.setBody(subscriber);
    subscribe.nestCompletion(
        (done, failure) -> {
          if (failure == null) {
            done.complete();
          } else {
            host.stopService(target);
            done.fail(failure);
          }
        });
    host.startService(
        Operation.createPost(UriUtils.buildUri(host, link))
            .setReferer(host.getUri())
            .setCompletion(
                (started, failure) -> {
                  if (failure == null) {
                    host.sendRequest(subscribe);
                  } else {
                    subscribe.fail(failure);
                  }
                }),
        target);
    return reference;
  }

  /** Ends the subscription of {@code target} and stops it, even if the publisher cannot be told. */
  void stop(Operation unsubscribe, URI target) {
    prepare(unsubscribe, Service.Action.DELETE);
    ServiceSubscriber subscriber = new ServiceSubscriber();
    subscriber.reference = target;
    unsubscribe.setBodyNoCloning(subscriber);
    unsubscribe.nestCompletion(
        (done, failure) ->
            stopReceiver(
                target,
                () -> {
                  if (failure == null || done.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
                    // Without a publisher, or forgotten by it, there is no subscription either.
                    done.setStatusCode(Operation.STATUS_CODE_OK).complete();
                  } else {
                    done.fail(failure);
                  }
                }));
    host.sendRequest(unsubscribe);
  }

  private void stopReceiver(URI target, Runnable then) {
    host.sendRequest(
        Operation.createDelete(UriUtils.buildUri(host, target.getPath()))
            .setReferer(host.getUri())
            .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE)
            .disableFailureLogging(true)
            .setCompletion((stopped, gone) -> then.run()));
  }

  private void prepare(Operation op, Service.Action action) {
    op.setAction(action).setUri(subscriptionsUri(op.getUri()));
    if (!op.hasReferer()) {
      op.setReferer(host.getUri());
    }
  }

  /**
   * Receives the notifications of one subscription on this host. The handler completes each
   * operation; the publisher sends the next one only then. A DELETE that is not a notification ends
   * the receiver: the publisher sends it when it has dropped the subscription.
   */
  static class Receiver extends StatelessService {
    private final Consumer<Operation> handler;

    /** A receiver that hands notifications to {@code handler}. */
    Receiver(Consumer<Operation> handler) {
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
}
