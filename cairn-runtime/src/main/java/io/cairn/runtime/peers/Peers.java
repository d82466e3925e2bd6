// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.peers;

import io.cairn.net.peer.PeerException;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerUnreachableException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reaches the other nodes of a group by their names. Thread-safe. */
public final class Peers {

  private final PeerNetwork network;
  private final Function<String, @Nullable URI> addresses;

  /**
   * Reaches nodes over a network.
   *
   * @param addresses says where a node listens for others; null if that is not known
   */
  public Peers(PeerNetwork network, Function<String, @Nullable URI> addresses) {
    this.network = network;
    this.addresses = addresses;
  }

  /**
   * Sends a request to a node.
   *
   * @return the answer; fails with one of the exceptions of {@code io.cairn.net.peer}, with a
   *     {@code PeerUnreachableException} also if nobody knows where the node is
   */
  public CompletionStage<byte[]> request(String node, byte[] payload, Duration timeout) {
    URI address = addresses.apply(node);
    return address == null
        ? CompletableFuture.failedFuture(nowhere(node))
        : network.request(address, PeerStream.FORWARD, payload, timeout);
  }

  /**
   * Sends a request that is about a partition and will change it: by the lane of the shard that the
   * partition belongs to, so that it is read by the thread that does it.
   *
   * @param partition the name of its replica set
   */
  public CompletionStage<byte[]> request(
      String node, String partition, byte[] payload, Duration timeout) {
    URI address = addresses.apply(node);
    return address == null
        ? CompletableFuture.failedFuture(nowhere(node))
        : network.request(address, PeerStream.FORWARD, partition.hashCode(), payload, timeout);
  }

  /** Gives a request up if it certainly was not sent; it then fails as to a node not reached. */
  public void withdraw(CompletableFuture<byte[]> answer) {
    network.withdraw(answer);
  }

  /** Opens a stream of bytes from a node; read on a thread that may block. */
  public CompletionStage<InputStream> download(String node, byte[] request, Duration timeout) {
    URI address = addresses.apply(node);
    return address == null
        ? CompletableFuture.failedFuture(nowhere(node))
        : network.download(address, PeerStream.FORWARD, request, timeout);
  }

  private static PeerException nowhere(String node) {
    return new PeerUnreachableException("Nobody knows where node " + node + " is", null);
  }
}
