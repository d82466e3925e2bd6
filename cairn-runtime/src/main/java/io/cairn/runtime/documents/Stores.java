// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.index.DescriptionSource;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Opens the stores of partitions, all in the same way. Thread-safe.
 *
 * @param pool the threads of the node
 * @param options bounds of each store
 * @param descriptions how documents of a kind are indexed
 * @param nowMicros the time that expiration is compared with
 * @param surroundings what each partition needs to know of its host
 */
public record Stores(
    StorePool pool,
    StoreOptions options,
    DescriptionSource descriptions,
    LongSupplier nowMicros,
    DocumentPartition.Surroundings surroundings) {

  /**
   * Opens the store in a directory, or makes an empty one.
   *
   * @param group the name of the group that drives it
   * @throws io.cairn.store.disk.StoreException if it is damaged
   */
  DocumentPartition open(Path directory, String group) {
    DocumentStore store = DocumentStore.open(directory, pool, options, descriptions, nowMicros);
    return new DocumentPartition(group, store, surroundings);
  }

  /** Opens a store without documents, to be filled from another node; see {@link DocumentStore}. */
  DocumentPartition openForRebuild(Path directory, String group) {
    DocumentStore store =
        DocumentStore.openForRebuild(directory, pool, options, descriptions, nowMicros);
    return new DocumentPartition(group, store, surroundings);
  }
}
