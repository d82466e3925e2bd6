// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.runtime.peers.Peers;
import io.cairn.service.Operation;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations that other nodes do for this one at the moment. One that nobody waits for any more
 * is taken back, so that its work ends there too. Thread-safe.
 */
public final class ForwardedCalls {

  private final Peers peers;
  private final Function<String, @Nullable URI> addresses;
  private final Set<Call> underWay = ConcurrentHashMap.newKeySet();

  /** One of them; equal to no other. */
  private static final class Call {
    final Operation op;
    final CompletableFuture<byte[]> answer;

    Call(Operation op, CompletableFuture<byte[]> answer) {
      this.op = op;
      this.answer = answer;
    }
  }

  /**
   * Prepares to send operations.
   *
   * @param peers reaches the other nodes
   * @param addresses says where a node answers clients; null if that is not known
   */
  public ForwardedCalls(Peers peers, Function<String, @Nullable URI> addresses) {
    this.peers = peers;
    this.addresses = addresses;
  }

  /**
   * Has another node do an operation.
   *
   * @return the answer; fails as {@link Peers#request} does, or is cancelled when nobody waits for
   *     it
   */
  CompletionStage<byte[]> send(String node, Operation op, byte[] payload, Duration timeout) {
    CompletableFuture<byte[]> answer = peers.request(node, payload, timeout).toCompletableFuture();
    if (!answer.isDone()) {
      Call call = new Call(op, answer);
      underWay.add(call);
      var _ = answer.whenComplete((bytes, failure) -> underWay.remove(call));
    }
    return answer;
  }

  /** Where a node answers clients; null if that is not known. */
  @Nullable URI address(String node) {
    return addresses.apply(node);
  }

  /** Takes back what nobody waits for any more. */
  public void sweep() {
    for (Call call : underWay) {
      if (call.op.isCancelled()) {
        call.answer.cancel(true);
      }
    }
  }
}
