// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
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
  void plain(StatefulInstance instance, Operation get, Map<String, String> query) {
    DocumentVersion found;
    try {
      String wanted = query.get(DOCUMENT_VERSION_PARAMETER);
      found = wanted == null ? instance.read() : oldVersion(instance, wanted);
      if (wanted != null && found == null) {
        Operation.fail(
            get,
            Operation.STATUS_CODE_NOT_FOUND,
            ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND,
            new IllegalStateException(
                "%s has no version %s, or it is no longer retained"
                    .formatted(instance.link(), wanted)));
        return;
      }
    } catch (IllegalArgumentException e) {
      get.fail(e);
      return;
    } catch (RuntimeException e) {
      DocumentFailures.unreadable(get, e);
      return;
    }
    answer(get, found);
  }

  /** Answers with a version, or says that there is none. */
  void answer(Operation get, @Nullable DocumentVersion found) {
    if (found == null || !StatefulInstance.isAlive(found, writer.now())) {
      DocumentFailures.absent(get, found);
      return;
    }
    try {
      Preconditions.conditions(get, found);
    } catch (RuntimeException e) {
      DocumentFailures.precondition(get, e);
      return;
    }
    String known = get.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    Responses.document(get, found);
    if (known != null && EntityTags.matches(known, found)) {
      get.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).setBodyNoCloning(null);
    }
    get.complete();
  }

  /** Runs the author's handler on a copy of the state. */
  void handled(StatefulService service, DocumentVersion state, Operation op, Runnable done) {
    if (!StatefulInstance.isAlive(state, writer.now())) {
      DocumentFailures.absent(op, state);
      done.run();
      return;
    }
    try {
      op.linkState(DocumentJson.standard().fromJson(state.json(), service.getStateType()));
    } catch (RuntimeException e) {
      op.fail(e);
      done.run();
      return;
    }
    HandlerRun handler = new HandlerRun(done);
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
          done.run();
        });
    Activation.guard(
        op,
        () -> {
          OperationProcessingChain chain = service.getOperationProcessingChain();
          if (chain == null) {
            service.handleRequest(op);
          } else {
            chain.processRequest(op, service, service::handleRequest);
          }
        });
    handler.returned();
  }

  private static @Nullable DocumentVersion oldVersion(StatefulInstance instance, String wanted) {
    try {
      long version = Long.parseLong(wanted);
      DocumentVersion latest = instance.read();
      if (latest != null && latest.version() == version) {
        return latest;
      }
      return instance.documents().version(instance.link(), version);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          DOCUMENT_VERSION_PARAMETER + " must be a number, not '" + wanted + "'", e);
    }
  }
}
