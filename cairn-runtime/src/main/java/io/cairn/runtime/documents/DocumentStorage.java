// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.RetainedVersions;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the documents of a service live: in a group of partitions, or only in memory. Thread-safe.
 */
public interface DocumentStorage {

  /**
   * The latest committed version, tombstones and expired documents included.
   *
   * @throws io.cairn.store.disk.StoreException if it cannot be read
   */
  @Nullable DocumentVersion latest(String link);

  /** A certain version, if it is still retained. */
  @Nullable DocumentVersion version(String link, long version);

  /** Looks at the versions that are retained; null where only the latest is ever kept. Blocks. */
  default <T> @Nullable T history(String link, RetainedVersions.Question<T> question) {
    return null;
  }

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

  /**
   * Names the period in which this node alone runs the handlers of a link and answers its reads, or
   * {@link #NO_TENURE}. What was read in another period may be out of date. Costs nanoseconds.
   */
  long tenure(String link);

  /** The node that owns a link, to this node's knowledge; null while nobody is known to. */
  @Nullable String owner(String link);

  /**
   * Names the group of nodes and the partition that a link belongs to, the same on every node of
   * the group; null where documents are not shared or there is no group yet.
   */
  default @Nullable String partitionName(String link) {
    return null;
  }

  /** This node, as {@link #owner} names it; null where no node is named. */
  @Nullable String self();

  /** Whether other nodes may own some of these documents. */
  boolean isSpread();

  /**
   * Why nobody can own any of these documents now, so that to wait for an owner would be in vain;
   * null if somebody may.
   */
  default @Nullable String refusal() {
    return null;
  }

  /**
   * Whether this node owns nothing, whatever it leads, because fewer members live than operators
   * asked for. Costs nanoseconds.
   */
  default boolean isIdle() {
    return false;
  }

  /** What {@link #tenure} says where another node, or nobody, owns a link. */
  long NO_TENURE = -1;
}
