// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of a GET or OPTIONS. It reads the last committed state and does not wait for updates. A
 * service with the plain GET handler answers with the stored bytes; author's code runs on a copy.
 */
final class ReadPipeline {

  private static final String DOCUMENT_VERSION_PARAMETER = "documentVersion";

  private final StateWriter writer;

  ReadPipeline(StateWriter writer) {
    this.writer = writer;
  }

  /** Answers from the stored state alone. */
  WorkOutcome plain(StatefulInstance instance, Operation get, Map<String, String> query) {
    String wanted = query.get(DOCUMENT_VERSION_PARAMETER);
    DocumentVersion found;
    try {
      found = wanted == null ? instance.read() : oldVersion(instance, wanted);
    } catch (IllegalArgumentException e) {
      return WorkOutcome.failed(e);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    return wanted != null && found == null
        ? DocumentFailures.refused(
            StandardRefusal.NOT_FOUND,
            "%s has no version %s, or it is no longer retained".formatted(instance.link(), wanted))
        : answer(get, found);
  }

  /** Answers with a version, or says that there is none. */
  WorkOutcome answer(Operation get, @Nullable DocumentVersion found) {
    if (found == null || !StatefulInstance.isAlive(found, writer.now())) {
      return DocumentFailures.absent(get, found);
    }
    WorkOutcome refused = Preconditions.conditions(get, found);
    if (refused != null) {
      return refused;
    }
    String known = get.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    Responses.document(get, found);
    if (known != null && EntityTags.matches(known, found)) {
      get.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).setBodyNoCloning(null);
    }
    get.complete();
    return WorkOutcome.Plain.DONE;
  }

  /** Runs the author's handler on a copy of the state. */
  WorkOutcome handled(StatefulService service, DocumentVersion state, Operation op, Turn turn) {
    if (!StatefulInstance.isAlive(state, writer.now())) {
      return DocumentFailures.absent(op, state);
    }
    op.linkState(DocumentJson.standard().fromJson(state.json(), service.getStateType()));
    HandlerRun handler = new HandlerRun(turn);
    op.nestCompletion(
        (handled, failure) -> {
          if (failure != null) {
            op.fail(failure);
            handler.failed();
            return;
          }
          if (op.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED) {
            op.setBodyNoCloning(null);
          }
          op.complete();
          turn.end(WorkOutcome.Plain.DONE);
        });
    Activation.guard(op, () -> OperationProcessingChain.handle(service, op));
    return handler.returned();
  }

  private static @Nullable DocumentVersion oldVersion(StatefulInstance instance, String wanted) {
    try {
      long version = Long.parseLong(wanted);
      DocumentVersion latest = instance.read();
      if (latest != null && latest.version() == version) {
        return latest;
      }
      DocumentVersion old = instance.documents().version(instance.link(), version);
      return old == null ? null : StatefulInstance.present(instance.model(), old);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          DOCUMENT_VERSION_PARAMETER + " must be a number, not '" + wanted + "'", e);
    }
  }
}
