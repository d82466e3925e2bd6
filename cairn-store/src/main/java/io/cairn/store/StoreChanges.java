// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.Retention;
import io.cairn.store.index.StoredForm;
import io.cairn.store.index.VersionOrder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a partition after a log index, up to another: the versions retained, and the
 * purges, in the order of the log. Holds a reader until it is closed. Used by one thread.
 */
public final class StoreChanges implements AutoCloseable, Iterator<StoreChange> {
  private static final int MAX_PACKS = 256;

  private final PartitionRuntime.Standing standing;
  private final ChangeScan scan;
  private final long upTo;
  private final List<LeafReaderContext> leaves;
  private final @Nullable StoredFields[] stored;
  private final DocumentMapper mapper;
  private final Map<Integer, List<StoredForm.Entry>> packs = newPacks();
  private final Deque<Found> sameEntry = new ArrayDeque<>();
  private int at;
  private boolean closed;

  private record Found(StoredForm.Entry entry, boolean current) {}

  /**
   * What a document was before a change.
   *
   * @param version null if it was not there, or that is not known
   * @param isKnown whether nothing of it is missing between the two; else versions were removed
   */
  public record Before(@Nullable DocumentVersion version, boolean isKnown) {}

  private StoreChanges(PartitionRuntime.Standing standing, ChangeScan scan, long upTo) {
    this.standing = standing;
    this.scan = scan;
    this.upTo = upTo;
    this.leaves = standing.held().reader().leaves();
    this.stored = new StoredFields[leaves.size()];
    this.mapper = standing.held().newMapper();
  }

  /**
   * A place in the log, and what a store holds there.
   *
   * @param held shows exactly what was applied up to {@code upTo}; to be given back
   */
  public record Place(HeldReader held, long upTo) {}

  /** Where a store stands, with everything that was applied before this call. */
  public static Place place(DocumentStore store) {
    PartitionRuntime.Standing standing = store.runtime().standing();
    return new Place(standing.held(), standing.upTo());
  }

  /**
   * What changed in a store after a log index, of so many log entries at most, so that it is
   * bounded in memory however much changed; null when the store cannot tell.
   *
   * @throws IllegalArgumentException if the store does not hold the index yet
   */
  public static @Nullable StoreChanges after(DocumentStore store, long from, long entries) {
    return since(store.runtime(), from, entries);
  }

  /** The changes, or null when the store cannot tell. */
  static @Nullable StoreChanges since(PartitionRuntime runtime, long from) {
    return since(runtime, from, Long.MAX_VALUE);
  }

  private static @Nullable StoreChanges since(PartitionRuntime runtime, long from, long entries) {
    PartitionRuntime.Standing standing = runtime.standing();
    boolean handedOver = false;
    try {
      if (from > standing.upTo()) {
        throw new IllegalArgumentException(
            "This store holds log index " + standing.upTo() + ": asked for changes after " + from);
      }
      // Who holds nothing has nothing to purge.
      long upTo = standing.upTo() - from > entries ? from + entries : standing.upTo();
      ChangeScan scan =
          from == 0 || from >= standing.purgesKnownFrom()
              ? ChangeScan.of(standing.held().reader(), from, upTo)
              : null;
      handedOver = scan != null;
      return scan == null ? null : new StoreChanges(standing, scan, upTo);
    } catch (IOException e) {
      throw standing.held().failure("looking for changes", e);
    } finally {
      if (!handedOver) {
        standing.held().close();
      }
    }
  }

  /** The log index after which the changes begin. */
  public long from() {
    return scan.from();
  }

  /** The log index that the changes lead to. */
  public long upTo() {
    return upTo;
  }

  /** How many changes there are. */
  public long count() {
    return scan.count();
  }

  /** About how many bytes they are. */
  public long estimatedBytes() {
    try {
      return Math.round(scan.share() * ChangeScan.bytes(standing.held().reader()));
    } catch (IOException e) {
      throw standing.held().failure("measuring the index", e);
    }
  }

  /** The part of all entries of the index that are changes, from 0 to 1. */
  double share() {
    return scan.share();
  }

  @Override
  public boolean hasNext() {
    return !sameEntry.isEmpty() || at < scan.count();
  }

  @Override
  public StoreChange next() {
    try {
      return changeOf(nextFound());
    } catch (IOException e) {
      throw standing.held().failure("reading changes", e);
    }
  }

  private Found nextFound() throws IOException {
    if (closed) {
      throw new IllegalStateException("the changes are closed");
    }
    if (sameEntry.isEmpty()) {
      readEntry();
    }
    return sameEntry.removeFirst();
  }

  /** Reads what one log entry brought. */
  private void readEntry() throws IOException {
    if (at >= scan.count()) {
      throw new NoSuchElementException();
    }
    long logIndex = scan.logIndex(at);
    List<Found> found = new ArrayList<>();
    int last = -1;
    while (at < scan.count() && scan.logIndex(at) == logIndex) {
      int document = scan.document(at++);
      if (document != last) {
        read(document, logIndex, found);
      }
      last = document;
    }
    found.sort((a, b) -> VersionOrder.BY_LOG.compare(a.entry(), b.entry()));
    sameEntry.addAll(found);
  }

  /** Reads what a log entry brought of the versions that one entry of the index holds. */
  private void read(int document, long logIndex, List<Found> target) throws IOException {
    List<StoredForm.Entry> entries = packs.get(document);
    boolean current = false;
    if (entries == null) {
      int ordinal = ReaderUtil.subIndex(document, leaves);
      LeafReaderContext context = leaves.get(ordinal);
      StoredFields fields = stored[ordinal];
      if (fields == null) {
        fields = context.reader().storedFields();
        stored[ordinal] = fields;
      }
      int local = document - context.docBase;
      Bits live = context.reader().getLiveDocs();
      current = live == null || live.get(local);
      entries = LinkLookup.entries(fields, local);
      if (entries.size() > 1) {
        packs.put(document, entries);
      }
    }
    for (StoredForm.Entry entry : entries) {
      if (entry.logIndex() == logIndex) {
        target.add(new Found(entry, current));
      }
    }
  }

  /** The packs that were read last: each is asked for once for each version in it. */
  private static Map<Integer, List<StoredForm.Entry>> newPacks() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Integer, List<StoredForm.Entry>> eldest) {
        return size() > MAX_PACKS;
      }
    };
  }

  private StoreChange changeOf(Found found) throws IOException {
    StoredForm.Entry entry = found.entry();
    return switch (entry.role()) {
      case PURGE -> new StoreChange.Purge(entry.logIndex(), entry.document().link());
      case MERGED -> version(entry, Write.ALL);
      case VERSION -> version(entry, found.current() ? keptFrom(entry.document()) : Write.ALL);
    };
  }

  /** What a document was before a version of it that is one of these changes. */
  public Before before(StoreChange.Version change) {
    try {
      return before(
          LinkLookup.all(standing.held().reader(), change.link()).stream()
              .filter(entry -> !entry.isMerged())
              .toList(),
          change);
    } catch (IOException e) {
      throw standing.held().failure("reading the versions of " + change.link(), e);
    }
  }

  private Before before(List<StoredForm.Entry> kept, StoreChange.Version change) {
    DocumentVersion before = null;
    long newest = change.document().version();
    for (StoredForm.Entry entry : kept) {
      newest = Math.max(newest, entry.document().version());
      if (entry.logIndex() < change.logIndex()) {
        before = entry.document();
      }
    }
    boolean trims = Retention.of(mapper.describe(change.document().kind())).trimmed(0, newest) >= 0;
    return new Before(before, before != null || !trims || change.document().version() == 0);
  }

  private static StoreChange version(StoredForm.Entry entry, long keptFrom) {
    return new StoreChange.Version(entry.logIndex(), entry.document(), entry.isMerged(), keptFrom);
  }

  private long keptFrom(DocumentVersion current) throws IOException {
    return Retention.of(mapper.describe(current.kind())).trimmed(0, current.version()) < 0
        ? Write.ALL
        : LinkLookup.lowestVersion(standing.held().reader(), current.link());
  }

  /** Gives the reader back. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      standing.held().close();
    }
  }
}
