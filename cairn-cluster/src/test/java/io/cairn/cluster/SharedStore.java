// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A state machine that keeps its commands by index, durable when asked, and fetches what a snapshot
 * stands for from the machine of the node that sent it.
 */
final class SharedStore implements StateMachine {

  final Map<Long, String> applied = new TreeMap<>();
  final AtomicInteger prepared = new AtomicInteger();
  final AtomicInteger installed = new AtomicInteger();
  volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
  volatile Runnable onApply = () -> {};
  private final Function<String, SharedStore> peers;
  private Map<Long, String> fetched = Map.of();
  private long last;
  private volatile long durable;

  /** A store that survives a restart of its node as what it had made durable. */
  SharedStore(Function<String, SharedStore> peers) {
    this.peers = peers;
  }

  static Function<String, SharedStore> in(Map<String, SharedStore> nodes) {
    return nodes::get;
  }

  synchronized SharedStore restarted() {
    SharedStore next = new SharedStore(peers);
    applied.forEach(
        (index, command) -> {
          if (index <= durable) {
            next.applied.put(index, command);
          }
        });
    next.durable = durable;
    next.last = durable;
    return next;
  }

  @Override
  public synchronized Object apply(long index, byte[] command, Object attachment) {
    if (index <= last) {
      throw new IllegalStateException("entry " + index + " again, after " + last);
    }
    last = index;
    applied.put(index, new String(command, StandardCharsets.UTF_8));
    onApply.run();
    return index;
  }

  synchronized List<String> commands() {
    return new ArrayList<>(applied.values());
  }

  synchronized int count() {
    return applied.size();
  }

  @Override
  public long durableIndex() {
    return durable;
  }

  @Override
  public synchronized void makeDurable(long index) {
    durable = Math.max(durable, Math.min(index, last));
  }

  @Override
  public byte[] snapshotReference(long index) {
    return ("state at " + index).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public CompletionStage<Void> prepareInstall(String fromNode, long index, byte[] reference) {
    prepared.incrementAndGet();
    return gate.thenRun(
        () -> {
          SharedStore peer = peers.apply(fromNode);
          Map<Long, String> copy = new ConcurrentHashMap<>();
          synchronized (peer) {
            peer.applied.forEach(
                (at, command) -> {
                  if (at <= index) {
                    copy.put(at, command);
                  }
                });
          }
          synchronized (this) {
            fetched = copy;
          }
        });
  }

  @Override
  public synchronized void installReference(long index, byte[] reference) {
    installed.incrementAndGet();
    applied.clear();
    applied.putAll(fetched);
    last = index;
    durable = index;
  }
}
