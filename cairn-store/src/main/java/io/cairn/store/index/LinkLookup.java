// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Finds entries by link in a reader, newest segment first. */
public final class LinkLookup {
  private LinkLookup() {}

  /** The live entry of a link, or null. */
  public static StoredForm.@Nullable Entry newest(
      DirectoryReader reader, String link, LinkFilters filters) throws IOException {
    BytesRef term = new BytesRef(link);
    List<LeafReaderContext> leaves = reader.leaves();
    for (int i = leaves.size() - 1; i >= 0; i--) {
      LeafReader leaf = leaves.get(i).reader();
      if (!filters.mayContain(leaf, term)) {
        continue;
      }
      int doc = next(postings(leaf, term), leaf.getLiveDocs());
      if (doc != DocIdSetIterator.NO_MORE_DOCS) {
        return entry(leaf, doc);
      }
    }
    return null;
  }

  /**
   * All entries of a link that were not removed: in the order of the log, or, where some came from
   * another group, in the order in which versions are newer than each other.
   */
  public static List<StoredForm.Entry> all(DirectoryReader reader, String link) throws IOException {
    List<StoredForm.Entry> found = new ArrayList<>();
    each(reader, link, (_, _, entry) -> found.add(entry));
    boolean merged = found.stream().anyMatch(StoredForm.Entry::isMerged);
    found.sort(merged ? VersionOrder.BY_AGE : VersionOrder.BY_LOG);
    return found;
  }

  /** Takes an entry, and where it was read. */
  @FunctionalInterface
  interface Visitor {
    /** Takes the entry that the numbered document of a segment holds, perhaps among others. */
    void take(LeafReader leaf, int doc, StoredForm.Entry entry);
  }

  /** Gives the entries of a link that were not removed, one by one, in no particular order. */
  static void each(DirectoryReader reader, String link, Visitor visitor) throws IOException {
    BytesRef term = new BytesRef(link);
    Predicate<StoredForm.Entry> trimmed = trimmed(reader.leaves(), link);
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      PostingsEnum postings = postings(leaf, term);
      Bits kept = AllVersionsReader.keptDocs(leaf);
      StoredFields stored = leaf.storedFields();
      for (int doc = next(postings, kept);
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = next(postings, kept)) {
        for (StoredForm.Entry entry : entries(stored, doc)) {
          if (!trimmed.test(entry)) {
            visitor.take(leaf, doc, entry);
          }
        }
      }
    }
  }

  /** The versions among {@link #all}. */
  public static List<DocumentVersion> versions(DirectoryReader reader, String link)
      throws IOException {
    return all(reader, link).stream().map(StoredForm.Entry::document).toList();
  }

  /**
   * Says which entries of a link were removed: those are, too, that lie in one entry of the index
   * with later ones, which keep it there.
   */
  public static Predicate<StoredForm.Entry> trimmed(List<LeafReaderContext> leaves, String link)
      throws IOException {
    BytesRef term = new BytesRef(link);
    List<Trim> trimmed = new ArrayList<>();
    for (LeafReaderContext context : leaves) {
      LeafReader leaf = context.reader();
      if (leaf.getFieldInfos().fieldInfo(IndexFields.TRIMMED) == null) {
        continue;
      }
      NumericDocValues trims = DocValues.getNumeric(leaf, IndexFields.TRIMMED);
      PostingsEnum postings = postings(leaf, term);
      Bits kept = AllVersionsReader.keptDocs(leaf);
      for (int doc = next(postings, kept);
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = next(postings, kept)) {
        if (trims.advanceExact(doc)) {
          trimmed.add(new Trim(logIndexOf(leaf, doc), trims.longValue()));
        }
      }
    }
    return entry -> trimmed.stream().anyMatch(trim -> trim.removes(entry));
  }

  /** A removal of the versions up to a number, when a later one was indexed. */
  private record Trim(long logIndex, long upTo) {
    boolean removes(StoredForm.Entry entry) {
      return !entry.isMerged() && entry.document().version() <= upTo && entry.logIndex() < logIndex;
    }
  }

  /** Up to which number an entry says that earlier versions of its link were removed with it. */
  public static OptionalLong trimmedUpTo(LeafReader leaf, int doc) throws IOException {
    NumericDocValues trims = DocValues.getNumeric(leaf, IndexFields.TRIMMED);
    return trims.advanceExact(doc) ? OptionalLong.of(trims.longValue()) : OptionalLong.empty();
  }

  private static long logIndexOf(LeafReader leaf, int doc) throws IOException {
    NumericDocValues indexes = DocValues.getNumeric(leaf, IndexFields.LOG_INDEX);
    return indexes.advanceExact(doc) ? indexes.longValue() : Long.MIN_VALUE;
  }

  /**
   * The lowest version number of a link that was not removed; {@link Long#MAX_VALUE} if none is.
   */
  public static long lowestVersion(DirectoryReader reader, String link) throws IOException {
    return all(reader, link).stream()
        .mapToLong(entry -> entry.document().version())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether a reader may know a link in any version; false is certain. Looks at filters only. */
  public static boolean mayKnow(DirectoryReader reader, String link, LinkFilters filters) {
    BytesRef term = new BytesRef(link);
    for (LeafReaderContext context : reader.leaves()) {
      if (filters.mayContain(context.reader(), term)) {
        return true;
      }
    }
    return false;
  }

  /** The next of some entries that the bits, if there are any, have. */
  private static int next(@Nullable PostingsEnum postings, @Nullable Bits there)
      throws IOException {
    if (postings == null) {
      return DocIdSetIterator.NO_MORE_DOCS;
    }
    int doc = postings.nextDoc();
    while (there != null && doc != DocIdSetIterator.NO_MORE_DOCS && !there.get(doc)) {
      doc = postings.nextDoc();
    }
    return doc;
  }

  /** The entries of a link in a segment, removed ones included, or null. */
  public static @Nullable PostingsEnum postings(LeafReader leaf, String link) throws IOException {
    return postings(leaf, new BytesRef(link));
  }

  private static @Nullable PostingsEnum postings(LeafReader leaf, BytesRef link)
      throws IOException {
    Terms terms = leaf.terms(IndexFields.LINK_TERM);
    if (terms == null) {
      return null;
    }
    TermsEnum found = terms.iterator();
    return found.seekExact(link) ? found.postings(null, PostingsEnum.NONE) : null;
  }

  /** Reads the entry of one document of a segment. */
  public static StoredForm.Entry entry(LeafReader leaf, int doc) throws IOException {
    return entry(leaf.storedFields(), doc);
  }

  /**
   * Reads an entry with a reader that the calling thread opened; it keeps the block it read last.
   */
  public static StoredForm.Entry entry(StoredFields stored, int doc) throws IOException {
    return StoredForm.decode(bytes(stored, doc));
  }

  /** Reads an entry that may hold several versions. */
  public static List<StoredForm.Entry> entries(StoredFields stored, int doc) throws IOException {
    return StoredForm.decodeAll(bytes(stored, doc));
  }

  private static BytesRef bytes(StoredFields stored, int doc) throws IOException {
    OneField field = new OneField();
    stored.document(doc, field);
    if (field.value == null) {
      throw new IOException("an index entry has no document");
    }
    return new BytesRef(field.value);
  }

  private static final class OneField extends StoredFieldVisitor {
    private byte @Nullable [] value;

    @Override
    public void binaryField(FieldInfo field, byte[] bytes) {
      value = bytes;
    }

    @Override
    public Status needsField(FieldInfo field) {
      return IndexFields.STORED.equals(field.name) ? Status.YES : Status.NO;
    }
  }
}
