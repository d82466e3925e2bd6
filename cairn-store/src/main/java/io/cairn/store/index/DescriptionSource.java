// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the store learns how documents of a kind are indexed. Called on indexing and query threads,
 * several at a time; must be quick and must not block.
 */
@FunctionalInterface
public interface DescriptionSource {

  /**
   * The description of a kind, or null while the kind is unknown: its documents are then indexed by
   * the shape of their JSON. What was indexed by that, or by another description than this one,
   * stays so until {@code DocumentStore.reindex(String)} is called.
   */
  @Nullable ServiceDocumentDescription describe(String kind);

  /** The kinds that are described by now; a view or a copy. */
  default Set<String> kinds() {
    return Set.of();
  }

  /**
   * Goes up before and after each change of what {@link #describe} and {@link #reading} say: it is
   * odd while one is made, and always odd if nobody counts.
   */
  default long generation() {
    return -1;
  }

  /**
   * A stored document in the form that its kind has now, so that it is found by its present fields.
   *
   * @return the array itself where nothing is known of another form
   */
  default byte[] present(String kind, byte[] json) {
    return json;
  }

  /**
   * What {@link #present} does with a kind, as a short text; documents that were indexed by another
   * text are indexed anew by {@code DocumentStore.reindex(String)}. Set before the description.
   */
  default String reading(String kind) {
    return "";
  }
}
