// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.util.List;

/**
 * Names of the fields in Lucene. A query name ({@code name}, {@code tags.item}) becomes several
 * Lucene fields, told apart by a prefix for their role, because Lucene allows a field one shape
 * only while two kinds may use one name for different types.
 */
public final class IndexFields {
  /** Marks versions that are not the newest; Lucene's soft-deletes field. */
  public static final String SUPERSEDED = "_superseded";

  /** The encoded document: see {@link StoredForm}. */
  static final String STORED = "_stored";

  /** The log index that brought the version. */
  public static final String LOG_INDEX = "_logIndex";

  /** In place of {@link #LOG_INDEX} where a version came from another group and lost. */
  public static final String MERGED_INDEX = "_mergedIndex";

  /** The log indexes of versions that one index entry holds together. */
  public static final String PACKED_INDEX = "_packedIndex";

  /** In a version that had earlier ones removed: the highest number of those. */
  static final String TRIMMED = "_trimmed";

  /** The log index of a purge, in the trace that it leaves. */
  public static final String PURGED_AT = "_purgedAt";

  /** The link that was purged. */
  public static final String PURGED_LINK = "_purgedLink";

  /** The link up to its last slash: lists a factory's children without expanding a prefix. */
  public static final String PARENT = "_parent";

  /** Single-valued marks, see the constants below. */
  public static final String MARK = "_mark";

  /** Mark of a version that says the document is deleted. */
  public static final String MARK_TOMBSTONE = "tombstone";

  /** Mark of versions stored but not inverted: they were superseded before they were indexed. */
  public static final String MARK_BARE = "bare";

  /** Mark of the trace of a purge, which is no version and never shown. */
  public static final String MARK_PURGE = "purge";

  /** Marks what no search shows: see {@link DocumentVersion#HIDDEN_LINKS}. */
  public static final String MARK_HIDDEN = "hidden";

  /**
   * Mark, with the {@link IndexForm} appended, of a version indexed as a description says; those of
   * a kind without it are indexed anew once the kind is described.
   */
  public static final String MARK_FORM = "form:";

  /** Mark of a version with a field that is not indexed, because its name is one too many. */
  public static final String MARK_PARTIAL = "partial";

  public static final String SELF_LINK = "documentSelfLink";
  public static final String KIND = "documentKind";
  public static final String VERSION = "documentVersion";
  static final String UPDATE_TIME = "documentUpdateTimeMicros";
  static final String UPDATE_ACTION = "documentUpdateAction";
  static final String EXPIRATION = "documentExpirationTimeMicros";
  static final String PRINCIPAL = "documentAuthPrincipalLink";
  static final String TRANSACTION = "documentTransactionId";

  /** The terms of the link, by which versions are found and replaced. */
  public static final String LINK_TERM = exact(SELF_LINK);

  /** The link as a sortable doc value. */
  public static final String LINK_SORT = sortable(SELF_LINK);

  public static final String VERSION_NUMBER = integer(VERSION);
  public static final String UPDATE_TIME_NUMBER = integer(UPDATE_TIME);
  public static final String EXPIRATION_NUMBER = integer(EXPIRATION);

  private IndexFields() {}

  /** Field of exact tokens. */
  public static String exact(String name) {
    return "e:" + name;
  }

  /** Field of analysed text. */
  public static String text(String name) {
    return "t:" + name;
  }

  /** Field of whole numbers and times. */
  public static String integer(String name) {
    return "l:" + name;
  }

  /** Field of floating point numbers. */
  public static String decimal(String name) {
    return "d:" + name;
  }

  /** Field of numbers that are compared exactly: {@link io.cairn.query.SortableNumber}. */
  public static String exactNumber(String name) {
    return "x:" + name;
  }

  /** All fields that a name's values may be in. */
  public static List<String> all(String name) {
    return List.of(
        exact(name), integer(name), decimal(name), exactNumber(name), text(name), sortable(name));
  }

  /** The fields that a name's numbers may be in, one for each form. */
  public static List<String> numbers(String name) {
    return List.of(integer(name), decimal(name), exactNumber(name));
  }

  /** Field of sortable strings. */
  public static String sortable(String name) {
    return "s:" + name;
  }

  /** The path above a link: {@code /core/examples} for {@code /core/examples/one}. */
  static String parentOf(String link) {
    int slash = link.lastIndexOf('/');
    return slash <= 0 ? "" : link.substring(0, slash);
  }
}
