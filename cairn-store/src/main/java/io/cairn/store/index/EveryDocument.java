// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.Bits;

/** Goes through all documents of an index. */
public final class EveryDocument {
  private EveryDocument() {}

  /**
   * Gives each document with its retained versions, oldest first, the current one last; in no
   * particular order, one at a time.
   *
   * @param current a reader that hides superseded versions
   * @param all a reader of the same commit that knows the segments which have nothing else, too
   */
  public static void of(
      DirectoryReader current, DirectoryReader all, Consumer<List<DocumentVersion>> sink)
      throws IOException {
    for (LeafReaderContext context : current.leaves()) {
      LeafReader leaf = context.reader();
      Bits live = leaf.getLiveDocs();
      StoredFields stored = leaf.storedFields();
      for (int doc = 0; doc < leaf.maxDoc(); doc++) {
        if (live == null || live.get(doc)) {
          sink.accept(LinkLookup.versions(all, LinkLookup.entry(stored, doc).document().link()));
        }
      }
    }
  }
}
