// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.UtilitySuffixes;
import org.jspecify.annotations.Nullable;

/** Takes requests to what the runtime answers below documents and factories. Thread-safe. */
final class UtilityRequests {

  private final OwnerRouter router;
  private final StatefulServices stateful;

  UtilityRequests(OwnerRouter router, StatefulServices stateful) {
    this.router = router;
    this.stateful = stateful;
  }

  /** Runs code that answers an operation, if a service agrees. */
  @FunctionalInterface
  interface Consent {
    void run(StatelessService service, Operation op, Runnable code);
  }

  /** Every node answers for its own factory, but subscriptions are kept by one of them. */
  void ofFactory(
      ServiceRegistry.Factory factory,
      String link,
      String suffix,
      Operation op,
      @Nullable String partition,
      Consent consent) {
    Runnable here =
        () ->
            consent.run(
                factory.service(),
                op,
                () -> factory.service().getUtilityService().handleRequest(op, suffix));
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
