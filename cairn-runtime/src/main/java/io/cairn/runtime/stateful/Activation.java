// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.documents.Documents;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

  /**
   * Creates it.
   *
   * @param deadlines gives an operation of the runtime's own an end, should its handler forget it
   */
  Activation(ServiceHost host, Consumer<Operation> deadlines) {
    this.host = host;
    this.deadlines = deadlines;
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
    StatefulService service = (StatefulService) factory.createServiceInstance();
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

  /**
   * Makes sure that the service of an existing document runs, then goes on.
   *
   * @param then gets the service, or why it could not start; called exactly once
   */
  void ensureStarted(
      StatefulInstance instance,
      DocumentVersion state,
      BiConsumer<@Nullable StatefulService, @Nullable Throwable> then) {
    StatefulService running = instance.service();
    if (running != null) {
      then.accept(running, null);
      return;
    }
    StatefulService service;
    try {
      service = construct(instance);
    } catch (Exception e) {
      then.accept(null, e);
      return;
    }
    resume(instance, service, state, then);
  }

  /** Starts a given object on a document that exists. */
  void resume(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion state,
      BiConsumer<@Nullable StatefulService, @Nullable Throwable> then) {
    ServiceDocument initial;
    try {
      initial = DocumentJson.standard().fromJson(state.json(), instance.model().stateType());
    } catch (RuntimeException e) {
      then.accept(null, e);
      return;
    }
    Operation start =
        Operation.createPost(UriUtils.buildUri(host, instance.link()))
            .setReferer(host.getUri())
            .setBodyNoCloning(initial);
    start.linkState(initial);
    start.setCompletion(
        (op, failure) -> {
          if (failure != null) {
            service.setProcessingStage(ProcessingStage.STOPPED);
            then.accept(null, failure);
            return;
          }
          available(instance, service);
          then.accept(service, null);
        });
    deadlines.accept(start);
    service.setProcessingStage(ProcessingStage.EXECUTING_START_HANDLER);
    guard(start, () -> service.handleStart(start));
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
  void leave(StatefulInstance instance, Runnable then) {
    StatefulService service = instance.service();
    boolean lost = instance.documents().tenure(instance.link()) == Documents.NOT_HERE;
    if (service == null || !lost || !instance.model().hearsOfOwner()) {
      stop(instance, then);
      return;
    }
    service.toggleOption(ServiceOption.DOCUMENT_OWNER, false);
    Operation patience =
        Operation.createPatch(service.getUri())
            .setReferer(host.getUri())
            .setCompletion((op, failure) -> stop(instance, then));
    deadlines.accept(patience);
    MaintenanceScheduler.tellGroupChange(
        service, ServiceMaintenanceRequest.ownerToggled(false), patience::complete);
  }

  /** Runs the stop handler and forgets the object; a failing handler is logged, nothing else. */
  void stop(StatefulInstance instance, Runnable then) {
    StatefulService service = instance.service();
    if (service == null) {
      then.run();
      return;
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
          then.run();
        });
    if (instance.model().overridesStop()) {
      guard(stop, () -> service.handleStop(stop));
    } else {
      stop.complete();
    }
  }

  /** Runs author's code; what it throws fails the operation. */
  static void guard(Operation op, Runnable handler) {
    try {
      handler.run();
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
