// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.service.Operation;
import io.cairn.store.index.DocumentVersion;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Collects the links that the documents of a result hold in certain fields. Not thread-safe. */
final class LinkSelection {

  private static final String ITEM = "." + QuerySpecification.COLLECTION_FIELD_SUFFIX;

  private final QuerySpecification specification;
  private final Function<String, @Nullable DocumentVersion> documents;
  private final Set<String> selected = new LinkedHashSet<>();
  private final Map<String, Map<String, String>> perDocument = new LinkedHashMap<>();

  private LinkSelection(
      QuerySpecification specification, Function<String, @Nullable DocumentVersion> documents) {
    this.specification = specification;
    this.documents = documents;
  }

  /** A selection for a query, or null if the query selects no links. */
  static @Nullable LinkSelection of(
      QuerySpecification specification, Function<String, @Nullable DocumentVersion> documents) {
    return specification.options.contains(QueryOption.SELECT_LINKS)
        ? new LinkSelection(specification, documents)
        : null;
  }

  void add(String link, DocumentVersion document) {
    if (specification.linkTerms == null) {
      return;
    }
    JsonNode tree = DocumentJson.standard().readTree(document.json());
    Map<String, String> found = new LinkedHashMap<>();
    for (QueryTerm term : specification.linkTerms) {
      String name = String.valueOf(term.propertyName);
      String field = name.endsWith(ITEM) ? name.substring(0, name.length() - ITEM.length()) : name;
      collect(field, tree.at("/" + field.replace('.', '/')), found);
    }
    if (!found.isEmpty()) {
      perDocument.put(link, found);
      selected.addAll(found.values());
    }
  }

  private static void collect(String field, JsonNode value, Map<String, String> found) {
    if (value.isString()) {
      found.put(field, value.asString());
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        if (value.get(i).isString()) {
          found.put(
              QuerySpecification.buildLinkCollectionItemName(field, i), value.get(i).asString());
        }
      }
    }
  }

  void addTo(ServiceDocumentQueryResult result, Asker asker) {
    result.selectedLinks = selected;
    result.selectedLinksPerDocument = perDocument;
    if (specification.options.contains(QueryOption.EXPAND_LINKS)) {
      Map<String, Object> expanded = new LinkedHashMap<>();
      for (String link : selected) {
        asker.requirePresent();
        expanded.put(link, contentOf(link));
      }
      result.selectedDocuments = expanded;
    }
  }

  /** The document behind a link; an error in its place where there is none. */
  private Object contentOf(String link) {
    DocumentVersion document;
    try {
      document = documents.apply(link);
    } catch (NotServedException e) {
      return ServiceErrorResponse.create(e, Operation.STATUS_CODE_UNAVAILABLE);
    }
    return document == null
        ? ServiceErrorResponse.create(
            new IllegalStateException("Service not found: " + link),
            Operation.STATUS_CODE_NOT_FOUND)
        : new RawJson(document.json());
  }
}
