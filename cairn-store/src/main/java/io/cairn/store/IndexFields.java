// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

/**
 * Names of the fields in Lucene. A query name ({@code name}, {@code tags.item}) becomes several
 * Lucene fields, told apart by a prefix for their role, because Lucene allows a field one shape
 * only while two kinds may use one name for different types.
 */
final class IndexFields {
  /** Marks versions that are not the newest; Lucene's soft-deletes field. */
  static final String SUPERSEDED = "_superseded";

  /** The encoded document: see {@link StoredForm}. */
  static final String STORED = "_stored";

  /** The log index that brought the version. */
  static final String LOG_INDEX = "_logIndex";

  /** In place of {@link #LOG_INDEX} where a version came from another group and lost. */
  static final String MERGED_INDEX = "_mergedIndex";

  /** The log index of a purge, in the trace that it leaves: see {@link PurgeTraces}. */
  static final String PURGED_AT = "_purgedAt";

  /** The link that was purged. */
  static final String PURGED_LINK = "_purgedLink";

  /** The link up to its last slash: lists a factory's children without expanding a prefix. */
  static final String PARENT = "_parent";

  /** Single-valued marks, see the constants below. */
  static final String MARK = "_mark";

  /** Mark of a version that says the document is deleted. */
  static final String MARK_TOMBSTONE = "tombstone";

  /** Mark of a version stored but not inverted, because it was superseded before it was indexed. */
  static final String MARK_BARE = "bare";

  /** Mark of the trace of a purge, which is no version and never shown. */
  static final String MARK_PURGE = "purge";

  /** Mark, with the kind appended, of a version indexed by shape because its kind was unknown. */
  static final String MARK_SHAPED = "shaped:";

  static final String SELF_LINK = "documentSelfLink";
  static final String KIND = "documentKind";
  static final String VERSION = "documentVersion";
  static final String UPDATE_TIME = "documentUpdateTimeMicros";
  static final String UPDATE_ACTION = "documentUpdateAction";
  static final String EXPIRATION = "documentExpirationTimeMicros";
  static final String PRINCIPAL = "documentAuthPrincipalLink";
  static final String TRANSACTION = "documentTransactionId";

  /** The terms of the link, by which versions are found and replaced. */
  static final String LINK_TERM = exact(SELF_LINK);

  /** The link as a sortable doc value. */
  static final String LINK_SORT = sortable(SELF_LINK);

  static final String VERSION_NUMBER = integer(VERSION);
  static final String UPDATE_TIME_NUMBER = integer(UPDATE_TIME);
  static final String EXPIRATION_NUMBER = integer(EXPIRATION);

  private IndexFields() {}

  /** Field of exact tokens. */
  static String exact(String name) {
    return "e:" + name;
  }

  /** Field of analysed text. */
  static String text(String name) {
    return "t:" + name;
  }

  /** Field of whole numbers and times. */
  static String integer(String name) {
    return "l:" + name;
  }

  /** Field of floating point numbers. */
  static String decimal(String name) {
    return "d:" + name;
  }

  /** Field of sortable strings. */
  static String sortable(String name) {
    return "s:" + name;
  }

  /** The path above a link: {@code /core/examples} for {@code /core/examples/one}. */
  static String parentOf(String link) {
    int slash = link.lastIndexOf('/');
    return slash <= 0 ? "" : link.substring(0, slash);
  }
}
