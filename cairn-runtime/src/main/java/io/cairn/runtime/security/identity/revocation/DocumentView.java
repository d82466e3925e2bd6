// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.revocation;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A view in memory of documents that this node has a copy of. Whoever follows the documents tells
 * it of each, first of all that there are. Calls come one at a time for each document, in the order
 * of its versions; none but {@link #put} blocks.
 */
public interface DocumentView {

  /** The kinds of the documents that belong to it. */
  Set<String> kinds();

  /** Whether a document of that link belongs to it. */
  boolean concerns(String link);

  /** There is a document, or it has changed. */
  void put(String link, JsonNode document);

  /** There is no such document any more. */
  void removed(String link);

  /** All documents were told: whatever is not among these links is not there any more. */
  void retain(Set<String> links);

  /**
   * The links of documents that lack something that is kept hidden beside them, and may yet come.
   */
  default Set<String> unfinished() {
    return Set.of();
  }
}
