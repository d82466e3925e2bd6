// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests that bulk work is made of. Each is done as if a client had sent it alone: the owner
 * of the document runs the handler, wherever that is. Thread-safe.
 */
public final class BulkCalls {

  private final ServiceHost host;
  private final Consumer<Operation> asClient;

  /**
   * Calls of a host.
   *
   * @param asClient does an operation as one that a client has sent to this host
   */
  public BulkCalls(ServiceHost host, Consumer<Operation> asClient) {
    this.host = host;
    this.asClient = asClient;
  }

  /**
   * Sends a request. The future always completes, with the answer, whatever its status.
   *
   * @param target a link, perhaps with a query
   * @param condition the name of a header
   * @param value what the header says; null to leave it out
   */
  CompletableFuture<Operation> send(
      Action action,
      String target,
      byte @Nullable [] body,
      String condition,
      @Nullable String value) {
    CompletableFuture<Operation> answered = new CompletableFuture<>();
    Operation op =
        Operation.create(action, host.getUri().resolve(target))
            .setReferer(host.getUri())
            .disableFailureLogging(true)
            .setCompletion((done, failure) -> answered.complete(done));
    if (body != null) {
      op.setBodyNoCloning(body);
    }
    if (value != null) {
      op.addRequestHeader(condition, value);
    }
    asClient.accept(op);
    return answered;
  }

  /** Sends a GET. */
  CompletableFuture<Operation> get(String target) {
    return send(Action.GET, target, null, Operation.IF_MATCH_HEADER, null);
  }

  /** Does something after a pause. */
  <T> CompletableFuture<T> later(long millis, Supplier<CompletableFuture<T>> work) {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    try {
      var _ = host.schedule(() -> pause.complete(null), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      pause.complete(null); // the host stops: the next try says so
    }
    return pause.thenComposeAsync(_ -> work.get(), host::run);
  }

  /** Whether an operation was answered well. */
  static boolean isDone(Operation op) {
    return op.getStatusCode() < Operation.STATUS_CODE_FAILURE_THRESHOLD;
  }
}
