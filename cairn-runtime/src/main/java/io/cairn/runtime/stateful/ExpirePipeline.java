// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a document whose time has come: the delete handler is told, then the document is
 * purged with all its versions. Unlike a DELETE it leaves no tombstone, and the handler cannot
 * refuse.
 */
final class ExpirePipeline {

  private static final Logger log = LoggerFactory.getLogger(ExpirePipeline.class);

  private final ServiceHost host;
  private final Activation activation;
  private final StateWriter writer;

  ExpirePipeline(ServiceHost host, Activation activation, StateWriter writer) {
    this.host = host;
    this.activation = activation;
    this.writer = writer;
  }

  WorkOutcome run(StatefulInstance instance, Turn turn) {
    if (!instance.enter()) {
      return WorkOutcome.Plain.DONE; // its owner sees to it
    }
    DocumentVersion latest;
    try {
      latest = instance.load();
    } catch (RuntimeException e) {
      log.warn("Expired document {} cannot be read: {}", instance.link(), e.toString());
      return WorkOutcome.Plain.DONE;
    }
    if (latest == null || !latest.isExpiredAt(writer.now())) {
      return WorkOutcome.Plain.DONE;
    }
    if (latest.isTombstone() || !instance.model().overridesDelete()) {
      return purge(instance, latest, turn);
    }
    return activation.ensureStarted(
        instance,
        latest,
        turn,
        (service, failure) -> {
          if (failure instanceof NotServedException) {
            log.warn("{} expired, and is left to a later version", instance.link(), failure);
            return WorkOutcome.Plain.DONE;
          }
          if (service == null) {
            log.warn(
                "{} expired, but could not start: {}", instance.link(), String.valueOf(failure));
            return purge(instance, latest, turn);
          }
          return tell(instance, service, latest, turn);
        });
  }

  private WorkOutcome tell(
      StatefulInstance instance, StatefulService service, DocumentVersion latest, Turn turn) {
    Operation delete =
        Operation.createDelete(UriUtils.buildUri(host, instance.link()))
            .setReferer(host.getUri())
            .setAuthorizationContext(SubjectContext.SYSTEM);
    delete.linkState(instance.copy(latest));
    delete.setCompletion(
        (op, failure) -> {
          if (failure != null) {
            log.warn("handleDelete of expired {} failed: {}", instance.link(), failure.toString());
          }
          turn.endWith(() -> purge(instance, latest, turn));
        });
    Activation.guard(delete, () -> service.handleDelete(delete));
    return WorkOutcome.Plain.PENDING;
  }

  private WorkOutcome purge(StatefulInstance instance, DocumentVersion latest, Turn turn) {
    instance
        .documents()
        .commit(new DocumentCommand.Purge(instance.link(), latest.version()))
        .whenComplete(
            (outcome, failure) -> {
              if (failure != null || outcome instanceof CommandOutcome.Conflict) {
                log.debug("Expired {} was not purged: {}", instance.link(), outcome, failure);
                instance.forgetState();
                turn.end(WorkOutcome.Plain.DONE);
              } else {
                instance.committed(null);
                turn.endWith(() -> activation.stop(instance, turn));
              }
            });
    return WorkOutcome.Plain.PENDING;
  }
}
