// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the author's object of an instance to life and takes it down again. Each method is called
 * by the work that is alone with the instance.
 */
final class Activation {

  private static final Logger log = LoggerFactory.getLogger(Activation.class);

  private final ServiceHost host;
  private final Consumer<Operation> deadlines;
  private final HostClock clock;

  /**
   * Creates it.
   *
   * @param deadlines gives an operation of the runtime's own an end, should its handler forget it
   * @param clock says what has expired
   */
  Activation(ServiceHost host, Consumer<Operation> deadlines, HostClock clock) {
    this.host = host;
    this.deadlines = deadlines;
    this.clock = clock;
  }

  /** Makes the author's object for an instance of a factory, without starting it. */
  StatefulService construct(StatefulInstance instance) throws Exception {
    StatefulService given = instance.singleton();
    if (given != null) {
      attach(given, instance);
      return given;
    }
    FactoryService factory = instance.factory();
    if (factory == null) {
      throw new IllegalStateException(instance.link() + " has no factory to make its service");
    }
    StatefulService service = (StatefulService) factory.newChild();
    service.toggleOption(ServiceOption.FACTORY_ITEM, true);
    if (factory.hasOption(ServiceOption.IDEMPOTENT_POST)) {
      service.toggleOption(ServiceOption.IDEMPOTENT_POST, true);
    }
    attach(service, instance);
    return service;
  }

  void attach(StatefulService service, StatefulInstance instance) {
    service.setHost(host);
    service.setSelfLink(instance.link());
    service.setProcessingStage(ProcessingStage.INITIALIZING);
    if (instance.model().has(ServiceOption.OWNER_SELECTION)) {
      service.toggleOption(ServiceOption.DOCUMENT_OWNER, true); // only an owner runs it
    }
  }

  /** Goes on with the state and the started service of an instance, if its document exists. */
  WorkOutcome started(
      StatefulInstance instance,
      Operation op,
      Turn turn,
      BiFunction<StatefulService, DocumentVersion, WorkOutcome> then) {
    DocumentVersion state;
    try {
      state = instance.load();
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    if (state == null || !StatefulInstance.isAlive(state, clock.micros())) {
      return DocumentFailures.absent(op, state);
    }
    return ensureStarted(
        instance,
        state,
        turn,
        (service, failure) ->
            service != null
                ? then.apply(service, state)
                : WorkOutcome.failed(
                    failure == null ? new IllegalStateException("not started") : failure));
  }

  /**
   * Makes sure that the service of an existing document runs, then goes on.
   *
   * @param then gets the service, or why it could not start; called exactly once
   */
  WorkOutcome ensureStarted(
      StatefulInstance instance,
      DocumentVersion state,
      Turn turn,
      BiFunction<@Nullable StatefulService, @Nullable Throwable, WorkOutcome> then) {
    StatefulService running = instance.service();
    if (running != null) {
      return then.apply(running, null);
    }
    StatefulService service;
    try {
      service = construct(instance);
    } catch (Exception e) {
      return then.apply(null, e);
    }
    return resume(instance, service, state, turn, then);
  }

  /** Starts a given object on a document that exists. */
  WorkOutcome resume(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion state,
      Turn turn,
      BiFunction<@Nullable StatefulService, @Nullable Throwable, WorkOutcome> then) {
    ServiceDocument initial;
    try {
      initial = instance.copy(state);
    } catch (RuntimeException e) {
      return then.apply(null, e);
    }
    Operation start =
        Operation.createPost(UriUtils.buildUri(host, instance.link()))
            .setReferer(host.getUri())
            .setAuthorizationContext(SubjectContext.SYSTEM) // whoever has asked did not ask for it
            .setBodyNoCloning(initial);
    start.linkState(initial);
    start.setCompletion(
        (op, failure) -> {
          if (failure != null) {
            service.setProcessingStage(ProcessingStage.STOPPED);
            turn.endWith(() -> then.apply(null, failure));
            return;
          }
          available(instance, service);
          turn.endWith(() -> then.apply(service, null));
        });
    deadlines.accept(start);
    service.setProcessingStage(ProcessingStage.EXECUTING_START_HANDLER);
    guard(start, () -> service.handleStart(start));
    return WorkOutcome.Plain.PENDING;
  }

  /** Marks a service as started, after its start handler and its first commit. */
  void available(StatefulInstance instance, StatefulService service) {
    service.setProcessingStage(ProcessingStage.AVAILABLE);
    instance.started(service);
    if (service.hasOption(ServiceOption.PERIODIC_MAINTENANCE)) {
      host.maintenanceChanged(service);
    }
  }

  /**
   * Says to a service that another node owns its document now, if its author asks, and stops it.
   */
  WorkOutcome leave(StatefulInstance instance, Turn turn) {
    StatefulService service = instance.service();
    boolean lost = instance.documents().tenure(instance.link()) == DocumentStorage.NO_TENURE;
    if (service == null || !lost || !instance.model().hearsOfOwner()) {
      return stop(instance, turn);
    }
    service.toggleOption(ServiceOption.DOCUMENT_OWNER, false);
    Operation patience =
        Operation.createPatch(service.getUri())
            .setReferer(host.getUri())
            .setCompletion((op, failure) -> turn.endWith(() -> stop(instance, turn)));
    deadlines.accept(patience);
    MaintenanceScheduler.tellGroupChange(
        service, ServiceMaintenanceRequest.ownerToggled(false), patience::complete);
    return WorkOutcome.Plain.PENDING;
  }

  /** Runs the stop handler and forgets the object; a failing handler is logged, nothing else. */
  WorkOutcome stop(StatefulInstance instance, Turn turn) {
    return stop(instance, turn, () -> WorkOutcome.Plain.DONE);
  }

  /** As the other form, then goes on. */
  WorkOutcome stop(StatefulInstance instance, Turn turn, Supplier<WorkOutcome> then) {
    StatefulService service = instance.service();
    if (service == null) {
      return then.get();
    }
    Operation stop =
        Operation.createDelete(UriUtils.buildUri(host, instance.link())).setReferer(host.getUri());
    stop.setCompletion(
        (op, failure) -> {
          if (failure != null) {
            log.warn("handleStop of {} failed: {}", instance.link(), failure.toString());
          }
          service.setProcessingStage(ProcessingStage.STOPPED);
          instance.stopped();
          turn.endWith(then);
        });
    if (instance.model().overridesStop()) {
      guard(stop, () -> service.handleStop(stop));
    } else {
      stop.complete();
    }
    return WorkOutcome.Plain.PENDING;
  }

  /**
   * Runs author's code, on behalf of whoever has sent the operation; what it throws fails the
   * operation.
   */
  static void guard(Operation op, Runnable handler) {
    try {
      OperationContext.runFor(op, handler);
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
