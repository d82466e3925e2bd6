// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of a GET or OPTIONS. It reads the last committed state and does not wait for updates. A
 * service with the plain GET handler answers with the stored bytes; author's code runs on a copy.
 */
final class ReadPipeline {

  private final StateWriter writer;
  private final HistoryPipeline history;
  private final DocumentGuard guard;

  ReadPipeline(StateWriter writer, HistoryPipeline history, DocumentGuard guard) {
    this.guard = guard;
    this.writer = writer;
    this.history = history;
  }

  /** Answers from the stored state alone: the latest, or the earlier one that the query names. */
  WorkOutcome plain(StatefulInstance instance, Operation get, Map<String, String> query) {
    HistoryPoint wanted;
    DocumentVersion found;
    try {
      wanted = HistoryPoint.of(query, writer.now());
      found = wanted == null ? instance.read() : null;
    } catch (IllegalArgumentException e) {
      return WorkOutcome.failed(e);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    return wanted == null
        ? answer(instance.model(), get, found)
        : history.find(
            instance, get, wanted, version -> answerWith(instance.model(), get, version));
  }

  /** Answers with a version, or says that there is none. */
  WorkOutcome answer(ServiceModel model, Operation get, @Nullable DocumentVersion found) {
    if (found == null || !StatefulInstance.isAlive(found, writer.now())) {
      return DocumentFailures.absent(get, found);
    }
    return answerWith(model, get, found);
  }

  private WorkOutcome answerWith(ServiceModel model, Operation get, DocumentVersion found) {
    WorkOutcome refused = guard.refusal(model, get, Action.GET, found);
    if (refused == null) {
      refused = Preconditions.conditions(get, found);
    }
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
  WorkOutcome handled(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion state,
      Operation op,
      Turn turn) {
    if (!StatefulInstance.isAlive(state, writer.now())) {
      return DocumentFailures.absent(op, state);
    }
    WorkOutcome refused = guard.refusal(instance.model(), op, op.getAction(), state);
    if (refused != null) {
      return refused;
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
}
