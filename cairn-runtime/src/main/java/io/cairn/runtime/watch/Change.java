// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.runtime.documents.DocumentCommandCodec;
import io.cairn.store.index.DocumentVersion;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * One change of one document: what a log entry has made of it.
 *
 * @param index of the log entry
 * @param now what the document is; null if it was removed with all its versions
 * @param before what it was; null if it was not there, or that is not known
 * @param isBeforeKnown whether it is known what it was
 * @param hasLost whether changes of this document right before this one may have been removed from
 *     the history, so that nobody can be told of them
 */
record Change(
    long index,
    String link,
    @Nullable DocumentVersion now,
    @Nullable DocumentVersion before,
    boolean isBeforeKnown,
    boolean hasLost) {

  private static final int OVERHEAD = 128;

  /** What it weighs in memory, in bytes, roughly. */
  int weight() {
    return OVERHEAD + (now == null ? 0 : now.weight()) + (before == null ? 0 : before.weight());
  }

  /** The kind of the document; null if it has none, or that is not known. */
  @Nullable String kind() {
    DocumentVersion known = now == null ? before : now;
    return known == null ? null : known.kind();
  }

  /** Whether it began the document's life, as far as that is known. */
  boolean begins() {
    DocumentVersion after = now;
    if (after == null || after.isTombstone()) {
      return false;
    }
    return after.version() == 0 || (isBeforeKnown && (before == null || before.isTombstone()));
  }

  /** The same without what was before. */
  Change withoutBefore() {
    return before == null ? this : new Change(index, link, now, null, false, hasLost);
  }

  void write(WireWriter out) {
    out.i64(index)
        .text(link)
        .optional(now, DocumentCommandCodec::putDocument)
        .optional(before, DocumentCommandCodec::putDocument)
        .flag(isBeforeKnown)
        .flag(hasLost);
  }

  static Change read(WireReader in) {
    return new Change(
        in.index(),
        in.text(),
        in.optional(DocumentCommandCodec::document),
        in.optional(DocumentCommandCodec::document),
        in.flag(),
        in.flag());
  }
}
