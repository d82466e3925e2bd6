// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import io.cairn.store.DocumentVersion;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the documents of a service live: in a group of partitions, or only in memory. Thread-safe.
 */
public interface Documents {

  /**
   * The latest committed version, tombstones and expired documents included.
   *
   * @throws io.cairn.store.StoreException if it cannot be read
   */
  @Nullable DocumentVersion latest(String link);

  /** A certain version, if it is still retained. */
  @Nullable DocumentVersion version(String link, long version);

  /**
   * Makes a change durable and applies it.
   *
   * @return completes with the outcome once the change is committed and applied, on a thread that
   *     must not be blocked; fails with an exception of {@code io.cairn.cluster} that tells whether
   *     the change may have happened
   */
  CompletionStage<CommandOutcome> commit(DocumentCommand command);

  /** Whether what {@link #latest} gives outlives the instance: then idle instances may go. */
  boolean isDurable();

  /** Whether this node may answer reads of the link on its own at this moment. */
  boolean mayRead(String link);
}
