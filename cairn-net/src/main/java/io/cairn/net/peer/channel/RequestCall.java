// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameViolation;
import java.net.URI;

/** A request that awaits its answer. */
final class RequestCall extends PeerCall<byte[]> {
  private final URI address;

  RequestCall(URI address, PeerStream stream) {
    super(stream);
    this.address = address;
  }

  @Override
  String description() {
    return "the " + stream() + " request to " + address;
  }

  @Override
  boolean answered(FrameHead head, byte[] payload) throws FrameViolation {
    switch (head.kind()) {
      case RESPONSE -> {
        if (finish()) {
          future().complete(payload);
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
  boolean tellsWhenTimeIsOver() {
    return false;
  }
}
