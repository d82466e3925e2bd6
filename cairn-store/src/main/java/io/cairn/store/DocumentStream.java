// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkLookup;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.Bits;

/** Goes through all documents of a reader. */
final class DocumentStream {
  private DocumentStream() {}

  /** Gives each document with its retained versions, then gives the reader back. */
  static void forEach(HeldReader held, Consumer<List<DocumentVersion>> sink) {
    try (held) {
      for (LeafReaderContext context : held.reader().leaves()) {
        forEach(held, context.reader(), sink);
      }
    } catch (IOException e) {
      throw held.failure("reading all documents", e);
    }
  }

  private static void forEach(
      HeldReader held, LeafReader leaf, Consumer<List<DocumentVersion>> sink) throws IOException {
    Bits live = leaf.getLiveDocs();
    StoredFields stored = leaf.storedFields();
    for (int doc = 0; doc < leaf.maxDoc(); doc++) {
      if (live != null && !live.get(doc)) {
        continue;
      }
      DocumentVersion current = LinkLookup.entry(stored, doc).document();
      sink.accept(held.versions(current.link()));
    }
  }
}
