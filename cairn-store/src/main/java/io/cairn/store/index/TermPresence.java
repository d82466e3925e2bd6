// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Whether segments have terms. Opening a segment's dictionary costs more than looking into it, so
 * those that were used last are kept open, for all partitions of a node together, each lent to one
 * search at a time. Thread-safe: guarded by itself, which nobody holds while reading.
 */
public final class TermPresence {
  /** Dictionaries that are kept open; each may hold a block of its file, some ten kilobytes. */
  static final int MAX_OPEN = 1_024;

  /** Those that nobody reads at the moment; what was given back last stands last. */
  private final SequencedMap<Place, TermsEnum> idle = new LinkedHashMap<>();

  /** Segments that tell when they are closed. */
  private final Set<IndexReader.CacheKey> heard = new HashSet<>();

  private record Place(IndexReader.CacheKey segment, String field) {}

  /** Whether a segment has a term, of a deleted document perhaps; the reader is held meanwhile. */
  public boolean isIn(LeafReader segment, Term term) throws IOException {
    return holds(segment, term, dictionary -> dictionary.seekExact(term.bytes()));
  }

  /** Whether a segment has a term that begins so, of a deleted document perhaps. */
  public boolean isBeginningIn(LeafReader segment, Term beginning) throws IOException {
    return holds(
        segment,
        beginning,
        dictionary ->
            dictionary.seekCeil(beginning.bytes()) != TermsEnum.SeekStatus.END
                && StringHelper.startsWith(dictionary.term(), beginning.bytes()));
  }

  /** A question to a dictionary. */
  @FunctionalInterface
  private interface Look {
    boolean finds(TermsEnum dictionary) throws IOException;
  }

  private boolean holds(LeafReader segment, Term term, Look look) throws IOException {
    IndexReader.CacheHelper core = segment.getCoreCacheHelper();
    Place place = core == null ? null : new Place(core.getKey(), term.field());
    TermsEnum dictionary = place == null ? null : take(place);
    if (dictionary == null) {
      Terms field = segment.terms(term.field());
      if (field == null) {
        return false;
      }
      dictionary = field.iterator();
    }
    boolean found = look.finds(dictionary);
    if (core != null && place != null && giveBack(place, dictionary)) {
      core.addClosedListener(this::closed);
    }
    return found;
  }

  private synchronized @Nullable TermsEnum take(Place place) {
    return idle.remove(place);
  }

  /** Returns whether the segment is one that is not listened to yet. */
  private synchronized boolean giveBack(Place place, TermsEnum dictionary) {
    idle.put(place, dictionary);
    if (idle.size() > MAX_OPEN) {
      var _ = idle.pollFirstEntry();
    }
    return heard.add(place.segment());
  }

  private synchronized void closed(IndexReader.CacheKey segment) {
    heard.remove(segment);
    idle.keySet().removeIf(place -> place.segment().equals(segment));
  }

  /** How many are kept open that nobody reads at the moment. */
  synchronized int open() {
    return idle.size();
  }
}
