// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import org.jspecify.annotations.Nullable;

/**
 * Has the owner of a document answer what is asked about its history, below its link. The names are
 * not reserved: a service, a child or a route of the author's at such a path goes before.
 */
final class HistoryRequests {

  private static final String VERSIONS = "versions";
  static final String RESTORE = "restore";

  private final OwnerRouter router;
  private final StatefulServices stateful;

  HistoryRequests(OwnerRouter router, StatefulServices stateful) {
    this.router = router;
    this.stateful = stateful;
  }

  /** Whether the last segment of a path may ask for a history. */
  static boolean isNamed(String last) {
    return last.equals(VERSIONS) || last.equals(RESTORE);
  }

  /**
   * Answers a request about a document, whether it exists or not.
   *
   * @param last the last segment of the path
   */
  void handle(
      ServiceType type, String link, String last, Operation op, @Nullable String partition) {
    boolean lists = last.equals(VERSIONS);
    if (op.getAction() != (lists ? Action.GET : Action.POST)) {
      Operation.failActionNotSupported(op);
      return;
    }
    Dispatcher.guarded(
        op,
        () ->
            router.request(
                type.documents(),
                link,
                op,
                partition,
                lists
                    ? () -> stateful.versions(type, link, op)
                    : () -> stateful.restoreVersion(type, link, op)));
  }
}
