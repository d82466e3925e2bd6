// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets a leader without a lease make sure that it still leads, once for all who ask at about the
 * same time. The engine lets a query that comes while others wait share their round, and counts
 * answers to appends that were sent before it came: in between another node may have been elected
 * and have acknowledged writes. So who comes while a round is under way waits for the next one.
 * Used on the replica set's thread.
 */
final class ReadBarriers {

  private final Supplier<CompletableFuture<Long>> round;
  private List<CompletableFuture<Long>> next = new ArrayList<>();
  private boolean underWay;

  /**
   * Creates barriers.
   *
   * @param round has the engine ask a majority, and completes with the index that is then applied
   */
  ReadBarriers(Supplier<CompletableFuture<Long>> round) {
    this.round = round;
  }

  /**
   * Completes with the index that whoever asks now must have applied, or -1 if that is not known.
   */
  CompletableFuture<Long> pass() {
    CompletableFuture<Long> result = new CompletableFuture<>();
    next.add(result);
    if (!underWay) {
      begin();
    }
    return result;
  }

  private void begin() {
    List<CompletableFuture<Long>> current = next;
    next = new ArrayList<>();
    underWay = true;
    var _ =
        round
            .get()
            .whenComplete(
                (index, failure) -> {
                  underWay = false;
                  if (!next.isEmpty()) {
                    begin();
                  }
                  current.forEach(one -> one.complete(failure == null ? index : Long.valueOf(-1)));
                });
  }
}
