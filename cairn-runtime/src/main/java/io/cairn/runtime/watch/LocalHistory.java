// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.store.DocumentStore;
import io.cairn.store.StoreChange;
import io.cairn.store.StoreChanges;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a store what changed behind a log index, a batch at a time. What a log entry brings of
 * a document counts as one change: nobody has ever seen what lies between. Used by one thread,
 * which may block.
 */
final class LocalHistory {
  /** How many log entries are looked at for one batch, at most. */
  private static final long WINDOW = 200_000;

  private final StoreChanges changes;
  private final WatchFilter filter;
  private final Map<String, @Nullable DocumentVersion> seen = new HashMap<>();
  private final List<Change> found = new ArrayList<>();
  private long bytes;

  private LocalHistory(StoreChanges changes, WatchFilter filter) {
    this.changes = changes;
    this.filter = filter;
  }

  /**
   * What changed behind an index.
   *
   * @param filter what is of interest: of other documents nothing is read
   */
  static Batch after(DocumentStore store, long from, WatchFilter filter) {
    if (from >= store.appliedIndex()) {
      return Batch.nothing(from);
    }
    StoreChanges changes = StoreChanges.after(store, from, WINDOW);
    if (changes == null) {
      StoreChanges.Place place = StoreChanges.place(store);
      place.held().close();
      return Batch.broken(place.upTo());
    }
    try (changes) {
      return new LocalHistory(changes, filter).read();
    }
  }

  private Batch read() {
    List<StoreChange> entry = new ArrayList<>();
    while (changes.hasNext()) {
      StoreChange next = changes.next();
      if (!entry.isEmpty() && entry.getLast().logIndex() != next.logIndex()) {
        long index = entry.getLast().logIndex();
        add(entry);
        entry.clear();
        if (found.size() >= Batch.MAX_CHANGES || bytes >= Batch.MAX_BYTES) {
          return new Batch(index, false, found);
        }
      }
      if (!(next instanceof StoreChange.Version version && version.merged())) {
        entry.add(next);
      }
    }
    if (!entry.isEmpty()) {
      add(entry);
    }
    return new Batch(changes.upTo(), false, found);
  }

  /** Adds what a log entry has brought, of each of its documents: a group that joins has many. */
  private void add(List<StoreChange> entry) {
    Map<String, List<StoreChange>> byLink = new LinkedHashMap<>();
    entry.forEach(
        change -> byLink.computeIfAbsent(change.link(), _ -> new ArrayList<>()).add(change));
    byLink.values().forEach(this::addOne);
  }

  private void addOne(List<StoreChange> ofDocument) {
    StoreChange last = ofDocument.getLast();
    DocumentVersion now = last instanceof StoreChange.Version version ? version.document() : null;
    if (!filter.concerns(last.link(), now == null ? null : now.kind())) {
      return;
    }
    Change change = changeOf(ofDocument, now);
    seen.put(last.link(), now);
    found.add(change);
    bytes += change.weight();
  }

  private Change changeOf(List<StoreChange> entry, @Nullable DocumentVersion now) {
    StoreChange last = entry.getLast();
    String link = last.link();
    if (seen.containsKey(link)) {
      return new Change(last.logIndex(), link, now, seen.get(link), true, false);
    }
    if (entry.getFirst() instanceof StoreChange.Version first) {
      StoreChanges.Before before = changes.before(first);
      return new Change(
          last.logIndex(), link, now, before.version(), before.isKnown(), !before.isKnown());
    }
    // All that the document was before was removed.
    return new Change(last.logIndex(), link, now, null, false, true);
  }
}
