// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.model.HostClock;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.UtilityService;

/** Counts and times the requests of instrumented services. Thread-safe. */
final class RequestTracking {

  private final InstanceTable table;
  private final HostClock clock;

  RequestTracking(InstanceTable table, HostClock clock) {
    this.table = table;
    this.clock = clock;
  }

  /** Notes, when the operation ends, that it did and how long it took. */
  void track(ServiceType type, String link, Operation op) {
    if (!type.model().has(ServiceOption.INSTRUMENTATION)) {
      return;
    }
    long begun = clock.nanos();
    Action action = op.getAction();
    op.nestCompletion(
        (done, failure) -> {
          record(link, action, begun, failure == null);
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure);
          }
        });
  }

  private void record(String link, Action action, long begun, boolean success) {
    StatefulInstance instance = table.find(link);
    StatefulService service = instance == null ? null : instance.service();
    if (service == null || !service.hasOption(ServiceOption.INSTRUMENTATION)) {
      return;
    }
    UtilityService utility = service.getUtilityService();
    if (success) {
      utility.recordRequest(action, clock.microsSince(begun));
    } else {
      utility.recordFailure(action);
    }
  }
}
