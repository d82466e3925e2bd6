// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.store.index.DocumentVersion;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a query found, as it was at one moment, read slice by slice. Used by one thread at a time.
 */
interface FoundDocuments extends AutoCloseable {

  /**
   * One document that was found.
   *
   * @param link its self link
   * @param version its version
   * @param content reads the rest; only while the {@link FoundDocuments} are open
   */
  record Row(String link, long version, Supplier<DocumentVersion> content) {}

  /**
   * Some rows in order.
   *
   * @param rows the rows
   * @param next where the rows after these begin; null if these are the last
   */
  record Slice(List<Row> rows, @Nullable Object next) {}

  /**
   * Reads rows.
   *
   * @param position where to begin: null for the first row, or what a slice gave as {@code next}
   * @param size how many at most
   * @param asker whoever they are read for
   */
  Slice read(@Nullable Object position, int size, Asker asker);

  /** How many rows there are in all. */
  long totalCount();

  /** How many bytes of memory keep the moment. */
  long heldBytes();

  /** Lets go what keeps the moment. Idempotent. */
  @Override
  void close();
}
