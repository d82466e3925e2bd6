// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.VersionOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of versions that come from another group of replicas: of two versions of a
 * link, the one of higher rank is current, the other one is retained. Looks only at what was
 * applied before, hence all replicas decide alike. Used by one thread, for one log entry.
 */
final class HistoryMerge {
  private final OpenIndex index;
  private final long logIndex;
  private final Map<String, List<DocumentVersion>> histories = new HashMap<>();
  private final Map<String, DocumentVersion> current = new HashMap<>();
  private final List<Write> writes = new ArrayList<>();

  HistoryMerge(OpenIndex index, long logIndex) {
    this.index = index;
    this.logIndex = logIndex;
  }

  /** Decides for one version. */
  void add(DocumentVersion incoming) {
    String link = incoming.link();
    DocumentVersion present = current.get(link);
    if (present == null) {
      present = index.latest().get(link);
    }
    if (incoming.equals(present) || (present != null && isKnown(incoming))) {
      return;
    }
    boolean wins = present == null || VersionOrder.BY_RANK.compare(incoming, present) > 0;
    writes.add(new Write(logIndex, writes.size(), link, incoming, !wins, Write.ALL));
    if (wins) {
      current.put(link, incoming);
    }
    List<DocumentVersion> history = histories.get(link);
    if (history != null) {
      history.add(incoming);
    } else if (present == null) {
      histories.put(link, new ArrayList<>(List.of(incoming)));
    }
  }

  private boolean isKnown(DocumentVersion incoming) {
    return histories.computeIfAbsent(incoming.link(), this::versions).contains(incoming);
  }

  private List<DocumentVersion> versions(String link) {
    // A new searcher only for links that the present one does not show as they are.
    return new ArrayList<>(
        index.pending().holds(link)
            ? index.versions(link)
            : index.versions(link, index.runtime().acquire()));
  }

  List<Write> writes() {
    return writes;
  }

  /** The versions that are current now. */
  List<DocumentVersion> winners() {
    List<DocumentVersion> winners = new ArrayList<>();
    for (Write write : writes) {
      @Nullable DocumentVersion last = current.get(write.link());
      if (!write.merged() && last != null && last.equals(write.document())) {
        winners.add(last);
      }
    }
    return winners;
  }
}
