// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.QueryExplanation;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.query.aggregation.Aggregated;

/** Something that queries can be put to. Thread-safe. */
interface QuerySource {

  /** Finds all documents, to be read slice by slice for as long as the reader likes. */
  FoundDocuments open(QuerySpecification specification);

  /**
   * Finds all documents in groups, to be read for as long as the reader likes.
   *
   * @throws IllegalArgumentException if these documents cannot be grouped
   */
  default FoundGroups groups(QuerySpecification specification) {
    throw new IllegalArgumentException("Only documents that are indexed can be grouped");
  }

  /**
   * As {@link #open}, of documents behind a link, for a query that sorts by the link alone: those
   * before it are not read.
   *
   * @param link empty for all
   */
  FoundDocuments openBehind(QuerySpecification specification, String link);

  /** Finds the first {@code resultLimit} documents, to be read at once. */
  FoundDocuments first(QuerySpecification specification);

  /**
   * Finds out what is asked about all documents together.
   *
   * @throws IllegalArgumentException if that cannot be read from these documents
   */
  Aggregated aggregate(QuerySpecification specification);

  /** Says how a query is answered. */
  QueryExplanation explain(QuerySpecification specification);

  /** How many documents match. */
  long count(QuerySpecification specification);
}
