// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Takes what other nodes send on one stream. What is not overridden is refused.
 *
 * <p>{@link #message} and {@link #request} run on the event loop of the connection, which is the
 * shard's if it is the lane of one, and must not block; those of one lane come one at a time and,
 * per stream, in the order in which they were sent. {@link #download} runs on a virtual thread and
 * may block. The byte arrays belong to the handler.
 */
public interface PeerHandler {

  /** Takes a message that expects no answer. Event loop: must not block. */
  default void message(PeerIdentity from, byte[] payload) {
    throw new UnsupportedOperationException("no messages here");
  }

  /**
   * Answers a request. Event loop: must not block; long work goes elsewhere and completes the
   * result.
   *
   * @return the answer; its failure reaches the other side as {@link PeerRefusedException} with the
   *     failure's message
   */
  default CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
    throw new UnsupportedOperationException("no requests here");
  }

  /**
   * As the other form, for a handler that need not finish what nobody waits for.
   *
   * @param abandoned whether the other node has taken the request back, or the connection has ended
   */
  default CompletionStage<byte[]> request(
      PeerIdentity from, byte[] payload, BooleanSupplier abandoned) {
    return request(from, payload);
  }

  /**
   * Opens what another node wants to download. Runs on a virtual thread that reads the stream
   * afterwards and closes it when it ends, fails, or is no longer wanted.
   *
   * @throws IOException if it cannot be opened; its message reaches the other side
   */
  default InputStream download(PeerIdentity from, byte[] request) throws IOException {
    throw new UnsupportedOperationException("no downloads here");
  }
}
