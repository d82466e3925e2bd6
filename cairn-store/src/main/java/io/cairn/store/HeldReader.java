// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreException;
import io.cairn.store.index.CombinedReaders;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.EveryDocument;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.LinkLookup;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/** A reader, and the index that it is given back to: a store may replace its index meanwhile. */
public record HeldReader(PartitionRuntime runtime, DirectoryReader reader) implements Closeable {

  /** What to throw when reading failed. */
  public StoreException failure(String what, IOException cause) {
    return runtime.health().readFailure(what, cause);
  }

  /** Whether a failure speaks of the files that are read here. */
  public boolean isNamedIn(IOException failure) {
    return failure.toString().contains(runtime.directory().toString());
  }

  /** The versions of a link, oldest first. */
  List<DocumentVersion> versions(String link) throws IOException {
    return LinkLookup.versions(reader, link);
  }

  /** Gives each document with its retained versions, then gives the reader back. */
  void forEachDocument(Consumer<List<DocumentVersion>> sink) {
    try (this) {
      EveryDocument.of(reader, reader, sink);
    } catch (IOException e) {
      throw failure("reading all documents", e);
    }
  }

  /**
   * A version that the reader shows as the newest of its link, if memory has it: reading it costs
   * nothing then. Version and time tell it from others of the link, a former life's included.
   */
  public @Nullable DocumentVersion inMemory(String link, long version, long updateTimeMicros) {
    DocumentVersion newest = runtime.draining().inMemory(link);
    return newest != null
            && newest.version() == version
            && newest.updateTimeMicros() == updateTimeMicros
        ? newest
        : null;
  }

  /** Whether any segment has a field. */
  public boolean hasField(String field) {
    return CombinedReaders.isIn(reader, field);
  }

  /** Whether any document has a field that is not indexed. */
  public boolean isPartial() {
    try {
      return CombinedReaders.isPartlyIndexed(reader);
    } catch (IOException e) {
      throw failure("looking for documents that are indexed in part", e);
    }
  }

  /** The forms that documents of each kind may have in the index that is read. */
  public KindForms forms() {
    return runtime.forms();
  }

  /** A mapper for one query over versions that were not inverted. */
  public DocumentMapper newMapper() {
    return runtime.newMapper();
  }

  @Override
  public void close() {
    runtime.giveBack(reader);
  }
}
