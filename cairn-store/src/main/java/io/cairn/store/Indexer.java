// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkFilters;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.Retention;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of applied changes into the index. Within a batch only the newest version of a
 * link is inverted; versions it superseded are stored for retention, many in one entry, versions
 * that a purge or trimming would remove again are skipped. Confined to the store's index lock.
 */
final class Indexer {
  private static final Logger log = LoggerFactory.getLogger(Indexer.class);

  /** What one entry of superseded versions holds at most: so much is read to see one of them. */
  private static final int PACK_BYTES = 16 << 10;

  /** Below every number of a version. */
  private static final long NOTHING = Long.MIN_VALUE;

  private final PartitionIndex index;
  private final DocumentMapper mapper;
  private final LinkFilters filters;
  private final Consumer<Write> released;
  private final Unshown awaitingSearcher;
  private final List<Write> retainedAwaitingSearcher = new ArrayList<>();

  /** Creates an indexer; {@code released} takes writes that readers need not look for any more. */
  Indexer(
      PartitionIndex index, DocumentMapper mapper, LinkFilters filters, Consumer<Write> released) {
    this(index, mapper, filters, released, new Remembered());
  }

  private Indexer(
      PartitionIndex index,
      DocumentMapper mapper,
      LinkFilters filters,
      Consumer<Write> released,
      Unshown awaitingSearcher) {
    this.index = index;
    this.mapper = mapper;
    this.filters = filters;
    this.released = released;
    this.awaitingSearcher = awaitingSearcher;
  }

  /** An indexer of writes that nobody looks for before a searcher shows all of them. */
  static Indexer filling(
      PartitionIndex index, DocumentMapper mapper, LinkFilters filters, long expectedLinks) {
    return new Indexer(index, mapper, filters, _ -> {}, new Filtered(expectedLinks));
  }

  /** The links that the index has and the current searcher does not show yet. */
  private sealed interface Unshown {
    boolean mayContain(String link);

    /** Puts the newest write of a link in the place of an earlier one, which is returned. */
    @Nullable Write put(Write write);

    void shown(Consumer<Write> newest);
  }

  private record Remembered(Map<String, Write> newest) implements Unshown {
    Remembered() {
      this(new HashMap<>());
    }

    @Override
    public boolean mayContain(String link) {
      return newest.containsKey(link);
    }

    @Override
    public @Nullable Write put(Write write) {
      return newest.put(write.link(), write);
    }

    @Override
    public void shown(Consumer<Write> sink) {
      newest.values().forEach(sink);
      newest.clear();
    }
  }

  /** As many links as there may be, in little memory. */
  private record Filtered(LinkFilters.Filter links) implements Unshown {
    Filtered(long expectedLinks) {
      this(LinkFilters.Filter.sized(expectedLinks));
    }

    @Override
    public boolean mayContain(String link) {
      return links.mayContain(new BytesRef(link));
    }

    @Override
    public @Nullable Write put(Write write) {
      links.add(new BytesRef(write.link()));
      return null;
    }

    @Override
    public void shown(Consumer<Write> sink) {}
  }

  /** A searcher shows everything written; the consumer gets the newest writes of their links. */
  void shown(Consumer<Write> newest) {
    awaitingSearcher.shown(newest.andThen(released));
    retainedAwaitingSearcher.forEach(released);
    retainedAwaitingSearcher.clear();
  }

  /**
   * Writes a batch; the reader is the current searcher's. Returns how many entries of the index it
   * became.
   */
  int write(List<Write> writes, DirectoryReader current) throws IOException {
    if (writes.isEmpty()) {
      return 0;
    }
    Map<String, LinkInBatch> links = new HashMap<>();
    for (int at = 0; at < writes.size(); at++) {
      Write write = writes.get(at);
      links.computeIfAbsent(write.link(), _ -> new LinkInBatch()).see(at, write);
    }
    int written = 0;
    for (int at = 0; at < writes.size(); at++) {
      Write write = writes.get(at);
      LinkInBatch link = links.computeIfAbsent(write.link(), _ -> new LinkInBatch());
      if (at == link.newest) {
        putNewest(write, link, current);
        written++;
      } else if (at > link.purgedAt && write.document() != null) {
        link.superseded.add(write);
      } else {
        released.accept(write);
      }
    }
    for (LinkInBatch link : links.values()) {
      written += putSuperseded(link);
    }
    return written;
  }

  private void putNewest(Write write, LinkInBatch link, DirectoryReader current)
      throws IOException {
    boolean linkIsNew =
        !awaitingSearcher.mayContain(write.link())
            && !LinkLookup.mayKnow(current, write.link(), filters);
    if (link.purge != null) {
      index.purge(link.purge.entry());
    }
    DocumentVersion document = write.document();
    if (document != null) {
      link.trimmedUpTo = trimmedUpTo(write, document, link);
      boolean trims = link.trimmedUpTo >= 0 && !linkIsNew;
      put(write.entry(), linkIsNew, trims ? link.trimmedUpTo : NOTHING);
      if (trims) {
        index.trim(write.link(), link.trimmedUpTo);
      }
    }
    Write before = awaitingSearcher.put(write);
    if (before != null) {
      released.accept(before);
    }
  }

  private long trimmedUpTo(Write write, DocumentVersion document, LinkInBatch link) {
    if (write.keptFrom() == Write.ALL) {
      return -1;
    }
    return write.keptFrom() == Write.BY_RETENTION
        ? Retention.of(mapper.describe(document.kind()))
            .trimmed(link.lowestVersion, document.version())
        : write.keptFrom() - 1;
  }

  private void put(StoredForm.Entry entry, boolean linkIsNew, long trimmedUpTo) throws IOException {
    String link = entry.document().link();
    try {
      index.putNewest(link, trimming(mapper.full(entry), trimmedUpTo), linkIsNew);
    } catch (IllegalArgumentException e) {
      log.warn("The content of {} cannot be indexed; it can be read, not queried", link, e);
      index.putNewest(link, trimming(mapper.withoutContent(entry), trimmedUpTo), linkIsNew);
    }
  }

  private static Document trimming(Document entry, long trimmedUpTo) {
    if (trimmedUpTo != NOTHING) {
      DocumentMapper.addTrim(entry, trimmedUpTo);
    }
    return entry;
  }

  /** Writes what a link had before its newest version; returns how many entries that became. */
  private int putSuperseded(LinkInBatch link) throws IOException {
    int written = 0;
    List<StoredForm.Entry> pack = new ArrayList<>();
    long bytes = 0;
    for (Write write : link.superseded) {
      if (write.merged()) {
        index.putSuperseded(mapper.bare(write.entry()));
        written++;
      } else if (write.document() != null && write.document().version() > link.trimmedUpTo) {
        if (bytes + write.weight() > PACK_BYTES && !pack.isEmpty()) {
          index.putSuperseded(DocumentMapper.packed(pack));
          written++;
          pack.clear();
          bytes = 0;
        }
        pack.add(write.entry());
        bytes += write.weight();
      }
      release(write);
    }
    if (!pack.isEmpty()) {
      index.putSuperseded(DocumentMapper.packed(pack));
      written++;
    }
    return written;
  }

  private void release(Write superseded) {
    if (superseded.merged() && awaitingSearcher instanceof Remembered) {
      retainedAwaitingSearcher.add(superseded);
    } else {
      released.accept(superseded);
    }
  }

  /** What a batch does to one link. */
  private static final class LinkInBatch {
    private final List<Write> superseded = new ArrayList<>();
    private int newest = -1;
    private int purgedAt = -1;
    private @Nullable Write purge;
    private long lowestVersion = Long.MAX_VALUE;
    private long trimmedUpTo = -1;

    void see(int at, Write write) {
      if (write.merged()) {
        return;
      }
      newest = at;
      if (write.document() == null) {
        purgedAt = at;
        purge = write;
        lowestVersion = Long.MAX_VALUE;
      } else {
        lowestVersion = Math.min(lowestVersion, write.document().version());
      }
    }
  }
}
