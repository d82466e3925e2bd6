// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.DocumentStore;
import io.cairn.store.HeldReader;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.AllVersionsReader;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * What stores hold of each kind, counted by a look at each entry of their indexes: some tens of
 * nanoseconds for each, and little memory. For one thread.
 */
public final class IndexStatistics {
  /** Of so many documents of each kind and segment the bytes are read; those of others are like. */
  private static final int SAMPLE = 4;

  /** Entries between two looks whether anybody still waits. */
  private static final int CHECKED_EACH = 4_096;

  private final Runnable check;
  private final Map<String, Counts> kinds = new TreeMap<>();
  private long indexBytes;
  private int looked;

  private IndexStatistics(Runnable check) {
    this.check = check;
  }

  /**
   * What some stores hold.
   *
   * @param kinds by their names; documents without a kind are in none
   * @param indexBytes what the files of the indexes take on disk
   */
  public record Found(Map<String, KindStatistics> kinds, long indexBytes) {}

  /**
   * What stores hold of a kind.
   *
   * @param documents those that are there; some may have expired a moment ago
   * @param deleted those that a version says are deleted
   * @param versions of all of them, as many as are kept
   * @param documentBytes about what the JSON of {@code documents} weighs, by a sample
   */
  public record KindStatistics(long documents, long deleted, long versions, long documentBytes) {}

  private static final class Counts {
    private long documents;
    private long deleted;
    private long versions;
    private long sampled;
    private long sampledBytes;

    KindStatistics found() {
      long bytes = sampled == 0 ? 0 : Math.round((double) sampledBytes / sampled * documents);
      return new KindStatistics(documents, deleted, versions, bytes);
    }
  }

  /**
   * Counts what stores hold, with everything that was applied before.
   *
   * @param check run now and then; what it throws ends this
   * @throws StoreException if a store cannot be read
   */
  public static Found of(List<DocumentStore> stores, Runnable check) {
    IndexStatistics statistics = new IndexStatistics(check);
    for (DocumentStore store : stores) {
      try (HeldReader held = store.hold(true)) {
        statistics.add(held);
      }
    }
    Map<String, KindStatistics> found = new TreeMap<>();
    statistics.kinds.forEach((kind, counts) -> found.put(kind, counts.found()));
    return new Found(found, statistics.indexBytes);
  }

  private void add(HeldReader held) {
    try {
      for (LeafReaderContext leaf : held.reader().leaves()) {
        add(leaf.reader());
      }
      indexBytes += bytesOf(held.reader().directory());
    } catch (IOException e) {
      throw held.failure("counting documents", e);
    }
  }

  private static long bytesOf(Directory directory) throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      try {
        bytes += directory.fileLength(file);
      } catch (NoSuchFileException _) {
        // merged away meanwhile
      }
    }
    return bytes;
  }

  private void add(LeafReader leaf) throws IOException {
    Terms terms = leaf.terms(IndexFields.exact(IndexFields.KIND));
    if (terms == null) {
      return;
    }
    Bits kept = AllVersionsReader.keptDocs(leaf);
    @Nullable FixedBitSet tombstones = tombstones(leaf);
    TermsEnum each = terms.iterator();
    for (BytesRef kind = each.next(); kind != null; kind = each.next()) {
      Counts counts = kinds.computeIfAbsent(kind.utf8ToString(), _ -> new Counts());
      add(leaf, each.postings(null, PostingsEnum.NONE), kept, tombstones, counts);
    }
  }

  private void add(
      LeafReader leaf,
      PostingsEnum entries,
      @Nullable Bits kept,
      @Nullable FixedBitSet tombstones,
      Counts counts)
      throws IOException {
    Bits newest = leaf.getLiveDocs();
    SortedNumericDocValues packed = DocValues.getSortedNumeric(leaf, IndexFields.PACKED_INDEX);
    StoredFields stored = leaf.storedFields();
    int sampled = 0;
    for (int doc = entries.nextDoc(); doc != PostingsEnum.NO_MORE_DOCS; doc = entries.nextDoc()) {
      if (++looked % CHECKED_EACH == 0) {
        check.run();
      }
      if (kept != null && !kept.get(doc)) {
        continue;
      }
      counts.versions += packed.advanceExact(doc) ? packed.docValueCount() : 1;
      if (newest != null && !newest.get(doc)) {
        continue;
      }
      if (tombstones != null && tombstones.get(doc)) {
        counts.deleted++;
        continue;
      }
      counts.documents++;
      if (sampled++ < SAMPLE) {
        counts.sampled++;
        counts.sampledBytes += LinkLookup.entry(stored, doc).document().json().length;
      }
    }
  }

  private static @Nullable FixedBitSet tombstones(LeafReader leaf) throws IOException {
    Terms marks = leaf.terms(IndexFields.MARK);
    TermsEnum mark = marks == null ? null : marks.iterator();
    if (mark == null || !mark.seekExact(new BytesRef(IndexFields.MARK_TOMBSTONE))) {
      return null;
    }
    FixedBitSet tombstones = new FixedBitSet(leaf.maxDoc());
    PostingsEnum entries = mark.postings(null, PostingsEnum.NONE);
    for (int doc = entries.nextDoc(); doc != PostingsEnum.NO_MORE_DOCS; doc = entries.nextDoc()) {
      tombstones.set(doc);
    }
    return tombstones;
  }
}
