// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reaches the other nodes of a group by their names. */
public interface Peers {

  /**
   * Sends a request to a node.
   *
   * @return the answer; fails with one of the exceptions of {@code io.cairn.net.peer}, with a {@code
   *     PeerUnreachableException} also if nobody knows where the node is
   */
  CompletionStage<byte[]> request(String node, byte[] payload, Duration timeout);

  /** Opens a stream of bytes from a node; read on a thread that may block. */
  CompletionStage<InputStream> download(String node, byte[] request, Duration timeout);

  /** Where a node answers clients; null if that is not known. */
  @Nullable URI address(String node);
}
