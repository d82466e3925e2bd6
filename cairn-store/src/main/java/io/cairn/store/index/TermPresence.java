// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.jspecify.annotations.Nullable;

/**
 * Whether segments have terms. Opening a segment's dictionary costs more than looking into it, so
 * one that is open is kept for each segment and field, and lent to one search at a time.
 * Thread-safe.
 */
public final class TermPresence {
  /** Fields of one segment whose dictionaries are kept open. */
  private static final int MAX_FIELDS = 16;

  private final ConcurrentHashMap<IndexReader.CacheKey, Dictionaries> bySegment =
      new ConcurrentHashMap<>();

  /** The dictionaries of a segment, by field; an empty reference while one is lent. */
  private record Dictionaries(Map<String, AtomicReference<@Nullable TermsEnum>> idle) {}

  /** Whether a segment has a term, of a deleted document perhaps; the reader is held meanwhile. */
  public boolean isIn(LeafReader segment, Term term) throws IOException {
    AtomicReference<@Nullable TermsEnum> kept = kept(segment, term.field());
    TermsEnum dictionary = kept == null ? null : kept.getAndSet(null);
    if (dictionary == null) {
      Terms field = segment.terms(term.field());
      if (field == null) {
        return false;
      }
      dictionary = field.iterator();
    }
    boolean found = dictionary.seekExact(term.bytes());
    if (kept != null) {
      kept.set(dictionary);
    }
    return found;
  }

  /** Where the dictionary is kept; null if it is not. */
  private @Nullable AtomicReference<@Nullable TermsEnum> kept(LeafReader segment, String field) {
    IndexReader.CacheHelper core = segment.getCoreCacheHelper();
    if (core == null) {
      return null;
    }
    Dictionaries known = bySegment.get(core.getKey());
    if (known == null) {
      known = new Dictionaries(new ConcurrentHashMap<>());
      Dictionaries before = bySegment.putIfAbsent(core.getKey(), known);
      if (before == null) {
        core.addClosedListener(bySegment::remove);
      } else {
        known = before;
      }
    }
    AtomicReference<@Nullable TermsEnum> dictionary = known.idle().get(field);
    if (dictionary == null && known.idle().size() < MAX_FIELDS) {
      dictionary = known.idle().computeIfAbsent(field, _ -> new AtomicReference<>());
    }
    return dictionary;
  }
}
