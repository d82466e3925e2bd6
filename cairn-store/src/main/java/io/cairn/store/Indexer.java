// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of applied changes into the index. Within a batch only the newest version of a link
 * is inverted; versions it superseded are stored for retention, versions that a purge or trimming
 * would remove again are skipped. Confined to the store's index lock.
 */
final class Indexer {
  private static final Logger log = LoggerFactory.getLogger(Indexer.class);

  private final PartitionIndex index;
  private final DocumentMapper mapper;
  private final LinkFilters filters;
  private final Consumer<Write> released;
  private final Map<String, Write> awaitingSearcher = new HashMap<>();

  /** Creates an indexer; {@code released} takes writes that readers need not look for any more. */
  Indexer(
      PartitionIndex index, DocumentMapper mapper, LinkFilters filters, Consumer<Write> released) {
    this.index = index;
    this.mapper = mapper;
    this.filters = filters;
    this.released = released;
  }

  /** Newest writes by link that the index has and no searcher shows yet. */
  Map<String, Write> awaitingSearcher() {
    return awaitingSearcher;
  }

  /** Writes a batch; the reader is the current searcher's. */
  void write(List<Write> writes, DirectoryReader current) throws IOException {
    if (writes.isEmpty()) {
      return;
    }
    Map<String, LinkInBatch> links = new HashMap<>();
    for (int at = 0; at < writes.size(); at++) {
      Write write = writes.get(at);
      links.computeIfAbsent(write.link(), _ -> new LinkInBatch()).see(at, write);
    }
    List<Superseded> superseded = new ArrayList<>();
    for (int at = 0; at < writes.size(); at++) {
      Write write = writes.get(at);
      LinkInBatch link = links.computeIfAbsent(write.link(), _ -> new LinkInBatch());
      if (at == link.newest) {
        putNewest(write, link, current);
      } else if (at > link.purgedAt && write.document() != null) {
        superseded.add(new Superseded(write, link));
      } else {
        released.accept(write);
      }
    }
    for (Superseded older : superseded) {
      putSuperseded(older.write(), older.link());
    }
  }

  private void putNewest(Write write, LinkInBatch link, DirectoryReader current)
      throws IOException {
    boolean linkIsNew =
        !awaitingSearcher.containsKey(write.link())
            && !LinkLookup.mayKnow(current, write.link(), filters);
    if (link.purgedAt >= 0) {
      index.purge(write.link());
    }
    DocumentVersion document = write.document();
    if (document != null) {
      put(write.logIndex(), document, linkIsNew);
      link.trimmedUpTo = Retention.of(mapper.describe(document.kind())).trimmed(
          link.lowestVersion, document.version());
      if (link.trimmedUpTo >= 0 && !linkIsNew) {
        index.trim(write.link(), link.trimmedUpTo);
      }
    }
    Write before = awaitingSearcher.put(write.link(), write);
    if (before != null) {
      released.accept(before);
    }
  }

  private void put(long logIndex, DocumentVersion document, boolean linkIsNew)
      throws IOException {
    try {
      index.putNewest(document.link(), mapper.full(logIndex, document), linkIsNew);
    } catch (IllegalArgumentException e) {
      log.warn("The content of {} cannot be indexed; it can be read, not queried",
          document.link(), e);
      index.putNewest(document.link(), mapper.withoutContent(logIndex, document), linkIsNew);
    }
  }

  private void putSuperseded(Write write, LinkInBatch link) throws IOException {
    DocumentVersion document = write.document();
    if (document != null && document.version() > link.trimmedUpTo) {
      index.putSuperseded(mapper.bare(write.logIndex(), document));
    }
    released.accept(write);
  }

  private record Superseded(Write write, LinkInBatch link) {}

  /** What a batch does to one link. */
  private static final class LinkInBatch {
    private int newest;
    private int purgedAt = -1;
    private long lowestVersion = Long.MAX_VALUE;
    private long trimmedUpTo = -1;

    void see(int at, Write write) {
      newest = at;
      if (write.document() == null) {
        purgedAt = at;
        lowestVersion = Long.MAX_VALUE;
      } else {
        lowestVersion = Math.min(lowestVersion, write.document().version());
      }
    }
  }
}
