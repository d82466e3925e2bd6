// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.model.HostClock;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.UtilityService;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ways of operations to an instance: into its mailbox, or to its running service. Counts and times
 * the requests of instrumented services. Thread-safe.
 */
final class InstanceAccess {

  private final InstanceTable table;
  private final Activation activation;
  private final HostClock clock;
  private final Executor handlers;

  InstanceAccess(InstanceTable table, Activation activation, HostClock clock, Executor handlers) {
    this.table = table;
    this.activation = activation;
    this.clock = clock;
    this.handlers = handlers;
  }

  /** The instance in memory, without waking one up. */
  @Nullable StatefulInstance find(String link) {
    return table.find(link);
  }

  /** Puts work into the mailbox of a link, making the instance if none is in memory. */
  void submit(ServiceType type, String link, Work work) {
    table.submit(link, () -> new StatefulInstance(link, type), work);
  }

  /** As the other form, of work that answers an operation. */
  void submit(
      ServiceType type,
      String link,
      Operation op,
      BiFunction<StatefulInstance, Turn, WorkOutcome> action) {
    submit(type, link, new OperationWork(link, op, action, false));
  }

  /** As the other form, of work that runs the handler of an update. */
  void submitUpdate(
      ServiceType type,
      String link,
      Operation op,
      BiFunction<StatefulInstance, Turn, WorkOutcome> action) {
    submit(type, link, new OperationWork(link, op, action, true));
  }

  /** As the other form, on the calling thread if the instance is idle: it must be a handler's. */
  void submitHere(
      ServiceType type,
      String link,
      Operation op,
      BiFunction<StatefulInstance, Turn, WorkOutcome> action) {
    table.submit(
        link,
        () -> new StatefulInstance(link, type),
        new OperationWork(link, op, action, false),
        Runnable::run);
  }

  /**
   * Runs something beside other work with the running service of a document, starting it if needed.
   *
   * @param op failed if there is no such document or it does not start
   */
  void withInstance(
      ServiceType type,
      String link,
      Operation op,
      BiFunction<StatefulInstance, StatefulService, WorkOutcome> action) {
    StatefulInstance present = table.find(link);
    StatefulService running = present == null ? null : present.service();
    if (present != null
        && running != null
        && present.isAlive(clock.micros())
        && present.isCurrent()) {
      handlers.execute(
          () -> WorkOutcome.ofWorkBeside(link, op, () -> action.apply(present, running)));
      return;
    }
    submit(
        type,
        link,
        op,
        (instance, turn) ->
            activation.started(
                instance,
                op,
                turn,
                (service, state) -> {
                  turn.end(WorkOutcome.Plain.DONE);
                  WorkOutcome.ofWorkBeside(link, op, () -> action.apply(instance, service));
                  return WorkOutcome.Plain.DONE;
                }));
  }

  /** Counts and times an operation among those of its factory. */
  void meter(ServiceType type, Operation op) {
    Action verb = op.getAction();
    meter(op, (status, nanos) -> type.requests().note(verb, status, nanos));
  }

  /** Counts and times a GET of a factory. */
  void meterListing(ServiceType children, Operation get) {
    meter(get, children.requests()::noteListing);
  }

  /** Takes the status of an answer, and after how many nanoseconds it came. */
  private interface Meter {
    void note(int status, long nanos);
  }

  private void meter(Operation op, Meter meter) {
    long begun = clock.nanos();
    op.nestCompletion(
        (done, failure) -> {
          meter.note(done.getStatusCode(), clock.nanos() - begun);
          if (failure == null) {
            done.complete();
          } else {
            done.fail(failure, done.getBodyRaw());
          }
        });
  }

  /**
   * Notes, when the operation of an instrumented service ends, that it did and how long it took.
   */
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
    StatefulInstance instance = table.findWorking(link);
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
