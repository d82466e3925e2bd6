// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.FrameViolation;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A download: first awaits that the peer opens it, then receives its pieces. */
final class DownloadCall extends PeerCall<InputStream> {
  private final URI address;
  private final Duration timeout;
  private final int window;

  /** What the reader reads; null until the peer has opened it. Event loop. */
  private volatile @Nullable DownloadReader reader;

  DownloadCall(URI address, PeerStream stream, Duration timeout, int window) {
    super(stream);
    this.address = address;
    this.timeout = timeout;
    this.window = window;
  }

  @Override
  String description() {
    return "the " + stream() + " download from " + address;
  }

  @Override
  boolean answered(FrameHead head, byte[] payload) throws FrameViolation {
    DownloadReader open = reader;
    if (head.kind() == FrameKind.OPENED && open == null) {
      return opened(head.correlation());
    }
    if (head.kind() == FrameKind.FAILURE) {
      PeerRefusedException refusal = FailurePayload.decode(description(), payload);
      if (open != null) {
        open.fail(refusal.getMessage() == null ? description() : refusal.getMessage());
      } else if (finish()) {
        fail(refusal);
      }
      return false;
    }
    if (open == null) {
      throw new FrameViolation(
          CloseCode.MALFORMED, "a download does not begin with " + head.kind());
    }
    return switch (head.kind()) {
      case CHUNK -> {
        open.add(payload);
        yield true;
      }
      case END -> {
        open.end();
        yield false;
      }
      default ->
          throw new FrameViolation(
              CloseCode.MALFORMED, "a download does not go on with " + head.kind());
    };
  }

  private boolean opened(long id) {
    PeerConnection over = connection();
    if (over == null || !finish()) {
      return false; // Given up meanwhile, and the peer was told so.
    }
    DownloadReader open = new DownloadReader(over, stream(), id, window, timeout);
    reader = open;
    if (!future().complete(open)) {
      open.close(); // Cancelled by the caller: nobody will read.
      return false;
    }
    return true;
  }

  @Override
  void connectionLost(String reason) {
    DownloadReader open = reader;
    if (open != null) {
      open.fail("the connection to the peer ended: " + reason);
    }
    super.connectionLost(reason);
  }

  /** The peer would hold open what nobody reads. */
  @Override
  boolean tellsWhenTimeIsOver() {
    return true;
  }
}
