// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.odata.QueryNames;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What whoever asks a query may read. The index looks it up with the query, so that nobody learns
 * of other documents, not even how many there are. Immutable, thread-safe.
 */
public final class Visible {
  private final Query query;
  private final QueryFilter filter;
  private final Map<String, ServiceDocumentDescription> kinds;

  /**
   * What a query matches.
   *
   * @param kinds the descriptions of all kinds
   */
  public Visible(Query query, Map<String, ServiceDocumentDescription> kinds) {
    this.filter = QueryFilter.create(query);
    this.query = resolved(query, kinds);
    this.kinds = kinds;
  }

  /** Gives names the form in which they are indexed, where kinds say which that is. */
  private static Query resolved(Query query, Map<String, ServiceDocumentDescription> kinds) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    try {
      return QueryNames.resolve(specification, kinds).query;
    } catch (IllegalArgumentException e) {
      return query; // a field that no such document has matches none of them
    }
  }

  /** It as a query; not to be changed. */
  Query query() {
    return query;
  }

  /** Whether a document is among it. */
  boolean sees(DocumentVersion version) {
    return sees(
        DocumentJson.standard().readTree(version.json()),
        version.kind() == null ? null : kinds.get(version.kind()));
  }

  /** As the other form, of a document that was read already. */
  boolean sees(JsonNode document, @Nullable ServiceDocumentDescription description) {
    return filter.evaluateAsIndexed(document, description);
  }

  /** Whether two say the same, null among them: what one was shown may be shown to the other. */
  @SuppressWarnings("ReferenceEquality") // spares comparing what they say
  static boolean areSame(@Nullable Visible one, @Nullable Visible other) {
    if (one == other) {
      return true;
    }
    if (one == null || other == null) {
      return false;
    }
    return one.filter.equals(other.filter);
  }
}
