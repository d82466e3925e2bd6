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
import org.jspecify.annotations.Nullable;

/** A POST to a factory: asks the factory, names the child, hands over to its mailbox. */
final class ChildCreation {

  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final OwnerRouter router;

  ChildCreation(ServiceRegistry registry, StatefulServices stateful, OwnerRouter router) {
    this.registry = registry;
    this.stateful = stateful;
    this.router = router;
  }

  void create(ServiceRegistry.Factory factory, Operation post) {
    Dispatcher.guarded(post, () -> begin(factory, post));
  }

  private void begin(ServiceRegistry.Factory factory, Operation post) {
    if (!factory.service().createsChild(post)) {
      OperationProcessingChain.handle(factory.service(), post);
      return;
    }
    post.nestCompletion(
        (agreed, failure) -> {
          if (failure != null) {
            post.fail(failure);
          } else if (post.getStatusCode() == Operation.STATUS_CODE_ACCEPTED) {
            post.complete();
          } else {
            Dispatcher.guarded(post, () -> createChild(factory, post));
          }
        });
    Dispatcher.guarded(post, () -> OperationProcessingChain.handle(factory.service(), post));
  }

  private void createChild(ServiceRegistry.Factory factory, Operation post) {
    FactoryService service = factory.service();
    String link = linkOf(factory, service, post);
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
            Dispatcher.guarded(post, () -> service.handleChildCreated(post));
          } else {
            post.fail(failure);
          }
        });
    ServiceType children = factory.children();
    router.create(
        children.documents(), link, post, null, () -> stateful.create(children, link, post));
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
