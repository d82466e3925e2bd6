// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.uri.UtilitySuffixes;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Takes requests to what the runtime answers below documents and factories. Thread-safe. */
final class UtilityRequests {

  private final OwnerRouter router;
  private final StatefulServices stateful;
  private final Executor handlers;

  UtilityRequests(OwnerRouter router, StatefulServices stateful, Executor handlers) {
    this.router = router;
    this.stateful = stateful;
    this.handlers = handlers;
  }

  /** Every node answers for its own factory, but subscriptions are kept by one of them. */
  void ofFactory(
      ServiceRegistry.Factory factory,
      String link,
      String suffix,
      Operation op,
      @Nullable String partition) {
    Runnable here =
        () ->
            handlers.execute(() -> factory.service().getUtilityService().handleRequest(op, suffix));
    if (suffix.equals(UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS)) {
      router.request(factory.children().documents(), link, op, partition, here);
    } else {
      here.run();
    }
  }

  /** The owner of a document answers for it. */
  void ofDocument(
      ServiceType type, String link, String suffix, Operation op, @Nullable String partition) {
    router.request(
        type.documents(),
        link,
        op,
        partition,
        () ->
            stateful.withService(
                type,
                link,
                op,
                RequestAdmission.verb(suffix, op),
                service ->
                    Dispatcher.guarded(
                        op, () -> service.getUtilityService().handleRequest(op, suffix))));
  }
}
