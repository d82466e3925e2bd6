// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.util.function.ToLongFunction;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.AutomatonQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.AttributeSource;

/**
 * Makes the patterns of one query and knows what they cost: a pattern is compiled to a table that
 * can have megabytes, and one that begins with a wildcard looks at every value of its field. Used
 * by one thread.
 */
final class PatternBudget {
  private final ToLongFunction<String> valuesOf;
  private final long maxValues;
  private final long maxBytes;
  private long values;
  private long bytes;

  /**
   * A budget for one query.
   *
   * @param valuesOf says how many values a field has
   * @param maxValues how many values all patterns together may look at that have no beginning
   * @param maxBytes how much memory all of them may take
   */
  PatternBudget(ToLongFunction<String> valuesOf, long maxValues, long maxBytes) {
    this.valuesOf = valuesOf;
    this.maxValues = maxValues;
    this.maxBytes = maxBytes;
  }

  /**
   * What has a value that begins so.
   *
   * @param name of the property, for those who read what is wrong
   * @throws IllegalArgumentException if the patterns cost too much, with what to do
   */
  AutomatonQuery prefix(String name, String field, String prefix) {
    return admit(name, new CheckedPrefix(new Term(field, prefix)));
  }

  /** What has a value that a pattern matches; otherwise as {@link #prefix}. */
  AutomatonQuery wildcard(String name, String field, String pattern) {
    if (pattern.startsWith("*") || pattern.startsWith("?")) {
      values += valuesOf.applyAsLong(field);
      if (values > maxValues) {
        throw new IllegalArgumentException(
            ("The query looks at every value of %s, because its pattern begins with a wildcard: at %d"
                    + " values in all, and this host allows %d (queryScanLimit). Let the pattern begin"
                    + " with characters, or allow it: option ALLOW_SCAN of a query task,"
                    + " allowScan=true in a URL")
                .formatted(name, values, maxValues));
      }
    }
    return admit(name, new CheckedWildcard(new Term(field, pattern)));
  }

  private AutomatonQuery admit(String name, AutomatonQuery pattern) {
    bytes += pattern.ramBytesUsed();
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(
          ("The patterns of the query, that for %s included, take more than the %d bytes of memory"
                  + " that there are for them: use fewer or shorter ones")
              .formatted(name, maxBytes));
    }
    return pattern;
  }

  /** Lets a search end before the values of a further segment are looked at. */
  private static final class CheckedWildcard extends WildcardQuery {
    CheckedWildcard(Term pattern) {
      super(pattern);
    }

    @Override
    protected TermsEnum getTermsEnum(Terms terms, AttributeSource attributes) throws IOException {
      SegmentSearcher.checkNow();
      return super.getTermsEnum(terms, attributes);
    }
  }

  /** As a {@link CheckedWildcard}. */
  private static final class CheckedPrefix extends PrefixQuery {
    CheckedPrefix(Term prefix) {
      super(prefix);
    }

    @Override
    protected TermsEnum getTermsEnum(Terms terms, AttributeSource attributes) throws IOException {
      SegmentSearcher.checkNow();
      return super.getTermsEnum(terms, attributes);
    }
  }
}
