// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The changes of this node that not all others have confirmed, and when they are sent again. Every
 * change is told by its entries and their versions, so that two changes of one attribute are two.
 * Nothing stays longer than the retries take. Guarded by the committer's lock.
 */
final class Redistribution {

  /** Most changes that are followed; the oldest is given up for another. */
  private static final int MAX_CHANGES = 10_000;

  private final AttributesSettings settings;
  private final Sender sender;

  /** In the order in which they are due. */
  private final LinkedHashSet<Change> changes = new LinkedHashSet<>();

  private final Map<Long, Change> byHash = new HashMap<>();
  private volatile int size;

  Redistribution(AttributesSettings settings, Sender sender) {
    this.settings = settings;
    this.sender = sender;
  }

  /** A change on its way; equal only to itself. */
  private static final class Change {
    final List<AttributeEntry> entries;
    final CompletableFuture<Confirmation> future = new CompletableFuture<>();
    final Map<String, Set<Long>> missing = new HashMap<>();
    final Set<String> confirmed = new HashSet<>();
    long due;
    int retries;

    Change(List<AttributeEntry> entries, Collection<String> nodes) {
      this.entries = entries;
      Set<Long> hashes = new HashSet<>();
      entries.forEach(entry -> hashes.add(entry.hash()));
      nodes.forEach(node -> missing.put(node, new HashSet<>(hashes)));
    }
  }

  /**
   * Sends a change to nodes and follows it.
   *
   * @return completes as {@link AttributeChange#confirmed} says
   */
  CompletableFuture<Confirmation> distribute(
      List<AttributeEntry> entries, Collection<String> nodes, long now, AttributesOutbox outbox) {
    Change change = new Change(entries, nodes);
    if (nodes.isEmpty()) {
      end(change, outbox);
      return change.future;
    }
    if (changes.size() >= MAX_CHANGES) {
      end(changes.getFirst(), outbox);
    }
    change.due = now + settings.redistributionInterval().toNanos();
    changes.add(change);
    size = changes.size();
    entries.forEach(entry -> byHash.put(entry.hash(), change));
    sender.change(entries, nodes, outbox);
    return change.future;
  }

  /** Takes note that a node has entries. */
  void confirmed(String node, Collection<Long> hashes, AttributesOutbox outbox) {
    for (Long hash : hashes) {
      Change change = byHash.get(hash);
      Set<Long> missing = change == null ? null : change.missing.get(node);
      if (change != null && missing != null && missing.remove(hash) && missing.isEmpty()) {
        change.missing.remove(node);
        change.confirmed.add(node);
        endIfDone(change, outbox);
      }
    }
  }

  /** Waits no longer for a node that is gone. */
  void left(String node, AttributesOutbox outbox) {
    for (Change change : List.copyOf(changes)) {
      if (change.missing.remove(node) != null) {
        endIfDone(change, outbox);
      }
    }
  }

  private void endIfDone(Change change, AttributesOutbox outbox) {
    if (change.missing.isEmpty()) {
      end(change, outbox);
    }
  }

  private void end(Change change, AttributesOutbox outbox) {
    changes.remove(change);
    size = changes.size();
    change.entries.forEach(entry -> byHash.remove(entry.hash(), change));
    Confirmation result = new Confirmation(change.confirmed, change.missing.keySet());
    outbox.add(() -> change.future.complete(result));
  }

  /** Sends what is due again, or gives it up when it was sent often enough. */
  void tick(long now, AttributesOutbox outbox) {
    Map<String, List<AttributeEntry>> again = new HashMap<>();
    while (!changes.isEmpty() && changes.getFirst().due - now <= 0) {
      Change change = changes.removeFirst();
      if (change.retries >= settings.redistributionRetries()) {
        end(change, outbox);
        continue;
      }
      change.retries++;
      change.due = now + settings.redistributionInterval().toNanos();
      changes.add(change);
      collect(change, again);
    }
    again.forEach((node, entries) -> sender.change(entries, List.of(node), outbox));
  }

  private static void collect(Change change, Map<String, List<AttributeEntry>> again) {
    change.missing.forEach(
        (node, hashes) -> {
          List<AttributeEntry> entries = again.computeIfAbsent(node, key -> new ArrayList<>());
          change.entries.stream()
              .filter(entry -> hashes.contains(entry.hash()))
              .forEach(entries::add);
        });
  }

  /** Returns when something is due; none if nothing is. */
  OptionalLong due() {
    return changes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(changes.getFirst().due);
  }

  /** Returns how many changes are followed. Safe for all threads. */
  int size() {
    return size;
  }

  /** Cancels all that is not confirmed. */
  void cancel(AttributesOutbox outbox) {
    changes.forEach(change -> outbox.add(() -> change.future.cancel(false)));
    changes.clear();
    size = 0;
    byHash.clear();
  }
}
