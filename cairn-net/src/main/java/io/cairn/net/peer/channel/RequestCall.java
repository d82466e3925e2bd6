// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameViolation;
import java.util.concurrent.CompletableFuture;

/** A request that awaits its answer. */
final class RequestCall extends PeerCall {
  private final PeerStream stream;
  private final CompletableFuture<byte[]> future = new Answer();

  RequestCall(String description, PeerStream stream) {
    super(description);
    this.stream = stream;
  }

  /** Whoever cancels it takes the request back. */
  private final class Answer extends CompletableFuture<byte[]> {
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      if (cancelled) {
        takeBack();
      }
      return cancelled;
    }
  }

  CompletableFuture<byte[]> future() {
    return future;
  }

  @Override
  boolean answered(FrameHead head, byte[] payload) throws FrameViolation {
    switch (head.kind()) {
      case RESPONSE -> {
        if (finish()) {
          future.complete(payload);
        }
      }
      case FAILURE -> {
        PeerRefusedException refusal = FailurePayload.decode(description(), payload);
        if (finish()) {
          fail(refusal);
        }
      }
      default ->
          throw new FrameViolation(
              CloseCode.MALFORMED, "a request is not answered with " + head.kind());
    }
    return false;
  }

  @Override
  void takenBack(PeerConnection over, long correlation) {
    over.takeBack(stream, correlation);
  }

  @Override
  void fail(PeerException failure) {
    future.completeExceptionally(failure);
  }
}
