// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.Documents;
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

  private static final String DOCUMENT_VERSION = "documentVersion";

  private final InstanceTable table;
  private final InstanceAccess access;
  private final RequestTracking tracking;
  private final ReadPipeline reads;
  private final Executor handlers;

  ReadRouter(
      InstanceTable table,
      InstanceAccess access,
      RequestTracking tracking,
      ReadPipeline reads,
      Executor handlers) {
    this.table = table;
    this.access = access;
    this.tracking = tracking;
    this.reads = reads;
    this.handlers = handlers;
  }

  void get(ServiceType type, String link, Operation op) {
    if (ReplicaReads.isWanted(op) && ReplicaReads.answer(type, link, op, reads)) {
      return;
    }
    Map<String, String> query = UriUtils.parseUriQueryParams(op.getUri());
    boolean plain = type.model().plainGet();
    StatefulInstance present = table.find(link);
    if (plain && present != null && present.isLoaded() && present.isCurrent()) {
      tracking.track(type, link, op);
      readPlain(present, op, query);
      return;
    }
    boolean needsService =
        !plain || type.model().has(ServiceOption.INSTRUMENTATION) || !type.documents().isDurable();
    if (!needsService) {
      StatefulInstance passing = new StatefulInstance(link, type);
      handlers.execute(() -> readPlain(passing, op, query));
    } else if (plain
        || query.containsKey(DOCUMENT_VERSION)
        || type.model().has(ServiceOption.CONCURRENT_GET_HANDLING)) {
      getBesideUpdates(type, link, op, query);
    } else {
      tracking.track(type, link, op);
      access.submit(
          type,
          link,
          new OperationWork(
              link,
              op,
              (instance, done) ->
                  access.started(
                      instance,
                      op,
                      done,
                      (service, state) -> reads.handled(service, state, op, done))));
    }
  }

  /** OPTIONS never waits for updates. */
  void options(ServiceType type, String link, Operation op) {
    access.withInstance(type, link, op, (instance, service) -> readHandled(instance, service, op));
  }

  private void getBesideUpdates(
      ServiceType type, String link, Operation op, Map<String, String> query) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          tracking.track(type, link, op);
          if (type.model().plainGet() || query.containsKey(DOCUMENT_VERSION)) {
            readPlain(instance, op, query);
          } else if (isReadable(instance, op)) {
            readHandled(instance, service, op);
          }
        });
  }

  private void readPlain(StatefulInstance instance, Operation op, Map<String, String> query) {
    if (isReadable(instance, op)) {
      reads.plain(instance, op, query);
    }
  }

  /** Runs the handler of the service that was found, also if the instance is let go meanwhile. */
  private void readHandled(StatefulInstance instance, StatefulService service, Operation op) {
    DocumentVersion state = instance.read();
    if (state == null) {
      DocumentFailures.absent(op, state);
    } else {
      reads.handled(service, state, op, () -> {});
    }
  }

  private static boolean isReadable(StatefulInstance instance, Operation op) {
    if (instance.documents().tenure(instance.link()) != Documents.NOT_HERE) {
      return true;
    }
    DocumentFailures.moved(op, instance.link());
    return false;
  }
}
