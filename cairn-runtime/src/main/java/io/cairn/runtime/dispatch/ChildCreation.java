// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.Links;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A POST to a factory: asks the factory, names the child, hands over to its mailbox. */
final class ChildCreation {

  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final OwnerRouter router;
  private final Executor handlers;

  ChildCreation(
      ServiceRegistry registry, StatefulServices stateful, OwnerRouter router, Executor handlers) {
    this.registry = registry;
    this.stateful = stateful;
    this.router = router;
    this.handlers = handlers;
  }

  /** Runs on a thread that may block, and has nothing else to do afterwards. */
  void create(ServiceRegistry.Factory factory, Operation post) {
    Dispatcher.guarded(post, () -> begin(factory, post));
  }

  private void begin(ServiceRegistry.Factory factory, Operation post) {
    if (!factory.service().createsChild(post)) {
      OperationProcessingChain.handle(factory.service(), post);
      return;
    }
    if (factory.service().admitsAtOnce()) {
      createChild(factory, post, true);
      return;
    }
    post.nestCompletion(
        (agreed, failure) -> {
          if (failure != null) {
            post.fail(failure);
          } else if (post.getStatusCode() == Operation.STATUS_CODE_ACCEPTED) {
            post.complete();
          } else {
            Dispatcher.guarded(post, () -> createChild(factory, post, false));
          }
        });
    Dispatcher.guarded(post, () -> OperationProcessingChain.handle(factory.service(), post));
  }

  /**
   * Names the child and goes on with its owner.
   *
   * @param here whether nothing else waits for this thread: then the child is created on it. Inside
   *     an author's handler it is not, which may hold a lock
   */
  private void createChild(ServiceRegistry.Factory factory, Operation post, boolean here) {
    FactoryService service = factory.service();
    String link = linkOf(factory, service, post);
    boolean isNew = service.hasNewNames() && !isNamed(service, post);
    if (registry.find(link) != null) {
      // A service of the host's own answers there: nobody could read, change or delete the child.
      StandardRefusal.EXISTS.answer(post, "Service already exists: " + link);
      return;
    }
    post.setUri(UriUtils.buildUri(service.getHost(), link));
    post.nestCompletion(
        (created, failure) -> {
          if (failure == null) {
            post.addResponseHeader(Operation.LOCATION_HEADER, link);
            created(service, post);
          } else {
            post.fail(failure);
          }
        });
    ServiceType children = factory.children();
    router.create(
        children.documents(),
        link,
        post,
        null,
        here
            ? () -> stateful.createHere(children, link, post, isNew)
            : () -> stateful.create(children, link, post));
  }

  /** The log's thread may come here, or an event loop, on which no author's code runs. */
  private void created(FactoryService service, Operation post) {
    if (!service.hearsOfChildren()) {
      post.complete();
    } else if (Thread.currentThread().isVirtual()) {
      Dispatcher.guarded(post, () -> service.handleChildCreated(post));
    } else {
      handlers.execute(() -> Dispatcher.guarded(post, () -> service.handleChildCreated(post)));
    }
  }

  /** Whether the creator has chosen the link. */
  private static boolean isNamed(FactoryService service, Operation post) {
    String wanted =
        post.hasBody() ? post.getBody(service.getChildStateType()).documentSelfLink : null;
    return wanted != null && !wanted.isEmpty();
  }

  private static String linkOf(
      ServiceRegistry.Factory factory, FactoryService service, Operation post) {
    if (!post.hasBody()) {
      if (service.isUseBodyForSelfLink()) {
        throw new IllegalArgumentException("body is required: it names the new service");
      }
      return childOf(factory, service.nameChild(null));
    }
    ServiceDocument body = post.getBody(service.getChildStateType());
    if (body.documentSourceLink != null) {
      throw new IllegalArgumentException("clone request not supported: documentSourceLink is set");
    }
    String wanted = body.documentSelfLink;
    if (wanted == null || wanted.isEmpty()) {
      return childOf(factory, service.nameChild(body));
    }
    return childOf(factory, wanted);
  }

  private static String childOf(ServiceRegistry.Factory factory, @Nullable String wanted) {
    return Links.childOf(factory.link(), wanted);
  }
}
