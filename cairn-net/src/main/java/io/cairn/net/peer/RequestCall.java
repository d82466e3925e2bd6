// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.util.concurrent.CompletableFuture;

/** A request that awaits its answer. */
final class RequestCall extends Call {
  private final CompletableFuture<byte[]> future = new CompletableFuture<>();

  RequestCall(String description) {
    super(description);
  }

  CompletableFuture<byte[]> future() {
    return future;
  }

  @Override
  boolean answered(FrameHead head, byte[] payload) throws WebSocketViolation {
    switch (head.kind()) {
      case RESPONSE -> {
        if (finish()) {
          future.complete(payload);
        }
      }
      case FAILURE -> {
        PeerRefusedException refusal = Failures.decode(description(), payload);
        if (finish()) {
          fail(refusal);
        }
      }
      default ->
          throw new WebSocketViolation(
              CloseCode.MALFORMED, "a request is not answered with " + head.kind());
    }
    return false;
  }

  @Override
  void fail(PeerException failure) {
    future.completeExceptionally(failure);
  }
}
