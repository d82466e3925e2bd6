// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Finds the shortest way for a GET: from the state in memory, from the store without waking the
 * service, beside updates on the running service, or in the mailbox like an update. Thread-safe.
 */
final class ReadRouter {

  private final InstanceAccess access;
  private final Activation activation;
  private final ReadPipeline reads;
  private final Executor handlers;

  ReadRouter(InstanceAccess access, Activation activation, ReadPipeline reads, Executor handlers) {
    this.access = access;
    this.activation = activation;
    this.reads = reads;
    this.handlers = handlers;
  }

  void get(ServiceType type, String link, Operation op) {
    WorkOutcome replica =
        ReplicaReads.isWanted(op) ? ReplicaReads.answer(type, link, op, reads) : null;
    if (replica != null) {
      replica.answer(op, link);
      return;
    }
    Map<String, String> query = UriUtils.parseUriQueryParams(op.getUri());
    boolean plain = type.model().plainGet();
    StatefulInstance present = access.find(link);
    if (plain && present != null && present.isLoaded() && present.isCurrent()) {
      access.track(type, link, op);
      readPlain(present, op, query);
      return;
    }
    boolean needsService =
        !plain || type.model().has(ServiceOption.INSTRUMENTATION) || !type.documents().isDurable();
    if (!needsService) {
      StatefulInstance passing = new StatefulInstance(link, type);
      handlers.execute(() -> readPlain(passing, op, query));
    } else if (plain
        || HistoryPoint.isIn(query)
        || type.model().has(ServiceOption.CONCURRENT_GET_HANDLING)) {
      getBesideUpdates(type, link, op, query);
    } else {
      access.track(type, link, op);
      access.submit(
          type,
          link,
          op,
          (instance, turn) ->
              activation.started(
                  instance,
                  op,
                  turn,
                  (service, state) -> reads.handled(instance, service, state, op, turn)));
    }
  }

  /** Lists versions beside updates; the service is not woken. */
  void versions(ServiceType type, String link, Operation get, HistoryPipeline history) {
    StatefulInstance present = access.find(link);
    StatefulInstance instance = present == null ? new StatefulInstance(link, type) : present;
    handlers.execute(
        () ->
            WorkOutcome.ofWorkBeside(
                link,
                get,
                () -> isOwned(instance) ? history.list(instance, get) : WorkOutcome.Plain.MOVED));
  }

  /** OPTIONS never waits for updates. */
  void options(ServiceType type, String link, Operation op) {
    access.withInstance(type, link, op, (instance, service) -> readHandled(instance, service, op));
  }

  /** A route that changes nothing reads the last committed state, beside updates. */
  void route(ServiceType type, String link, Operation op) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          access.track(type, link, op);
          return isOwned(instance) ? readHandled(instance, service, op) : WorkOutcome.Plain.MOVED;
        });
  }

  private void getBesideUpdates(
      ServiceType type, String link, Operation op, Map<String, String> query) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          access.track(type, link, op);
          if (!isOwned(instance)) {
            return WorkOutcome.Plain.MOVED;
          }
          return type.model().plainGet() || HistoryPoint.isIn(query)
              ? reads.plain(instance, op, query)
              : readHandled(instance, service, op);
        });
  }

  private void readPlain(StatefulInstance instance, Operation op, Map<String, String> query) {
    try {
      WorkOutcome outcome =
          isOwned(instance) ? reads.plain(instance, op, query) : WorkOutcome.Plain.MOVED;
      outcome.answer(op, instance.link());
    } catch (RuntimeException e) {
      op.fail(e);
    }
  }

  /** Runs the handler of the service that was found, also if the instance is let go meanwhile. */
  private WorkOutcome readHandled(
      StatefulInstance instance, StatefulService service, Operation op) {
    DocumentVersion state = instance.read();
    return state == null
        ? DocumentFailures.absent(op, state)
        : reads.handled(instance, service, state, op, Turn.BESIDE);
  }

  private static boolean isOwned(StatefulInstance instance) {
    return instance.documents().tenure(instance.link()) != DocumentStorage.NO_TENURE;
  }
}
