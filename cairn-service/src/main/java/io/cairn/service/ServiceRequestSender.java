// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

/**
 * Whatever can send operations: a host, a service, a client. Sending never blocks and never throws
 * for what happens to the request; the outcome arrives through the operation's completion. The
 * operation handed in is not itself dispatched: a copy travels, and the completion runs on the
 * original with the response copied into it.
 */
public interface ServiceRequestSender {

  /** Sends {@code op}; its completion runs exactly once, on any thread. */
  void sendRequest(Operation op);

  /**
   * Sends {@code op} and gives the answered operation. A completion handler already set on {@code
   * op} runs first.
   */
  default DeferredResult<Operation> sendWithDeferredResult(Operation op) {
    DeferredResult<Operation> deferred = new DeferredResult<>();
    Operation.CompletionHandler own = op.getCompletion();
    op.setCompletion(
        (answered, failure) -> {
          if (own != null) {
            own.handle(answered, failure);
          }
          if (failure != null) {
            deferred.fail(failure);
          } else {
            deferred.complete(answered);
          }
        });
    sendRequest(op);
    return deferred;
  }

  /** Sends {@code op} and gives its body as {@code resultType}; an unreadable body fails it. */
  default <T> DeferredResult<T> sendWithDeferredResult(Operation op, Class<T> resultType) {
    return sendWithDeferredResult(op).thenApply(answered -> answered.getBody(resultType));
  }
}
