// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.service.Operation;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sends operations of services and of the application: to this host without leaving the process, to
 * others over HTTP. The target never touches the sender's operation: it gets one of its own, and
 * the answer is carried back. Thread-safe.
 */
public final class OperationSender {

  private final Dispatcher dispatcher;
  private final InFlightOperations inFlight;
  private final Predicate<URI> isLocal;
  private final Consumer<Operation> remote;
  private final LongSupplier expiration;
  private final Consumer<Operation> answered;

  /**
   * Creates a sender.
   *
   * @param dispatcher takes operations for this host
   * @param inFlight ends operations that expire
   * @param isLocal whether a URI names this host
   * @param remote takes operations for others
   * @param expiration when an operation expires that sets no time itself, in microseconds
   * @param answered hears of each operation for this host that has its answer; must be quick
   */
  public OperationSender(
      Dispatcher dispatcher,
      InFlightOperations inFlight,
      Predicate<URI> isLocal,
      Consumer<Operation> remote,
      LongSupplier expiration,
      Consumer<Operation> answered) {
    this.dispatcher = dispatcher;
    this.inFlight = inFlight;
    this.isLocal = isLocal;
    this.remote = remote;
    this.expiration = expiration;
    this.answered = answered;
  }

  /** Sends an operation; its completion runs when the answer is there. */
  public void send(Operation op) {
    limit(op);
    if (op.isRemote() || !isLocal.test(op.getUri())) {
      remote.accept(op);
    } else {
      deliver(op, dispatcher::dispatch);
    }
  }

  /**
   * Has something in this process answer an operation, as if it had been sent here.
   *
   * @param target gets an operation of its own; what it throws is the answer
   */
  public void deliver(Operation op, Consumer<Operation> target) {
    limit(op);
    Operation inbound = op.clone();
    inbound.setRequestContentType(op.getContentType());
    inbound.setCompletion(
        (done, failure) -> {
          inFlight.remove(inbound);
          answered.accept(done);
          op.setStatusCode(done.getStatusCode());
          op.transferResponseHeadersFrom(done);
          op.setContentType(done.getAnswerContentType());
          op.setBodyNoCloning(done.getBodyRaw());
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure, done.getBodyRaw());
          }
        });
    inFlight.add(inbound);
    Dispatcher.guarded(inbound, () -> target.accept(inbound));
  }

  private void limit(Operation op) {
    if (op.getExpirationMicrosUtc() == 0) {
      op.setExpiration(expiration.getAsLong());
    }
  }
}
