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

  private static final String ITEM = QuerySpecification.COLLECTION_FIELD_SUFFIX;

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
      collect("", tree, String.valueOf(term.propertyName), found);
    }
    if (!found.isEmpty()) {
      perDocument.put(link, found);
      selected.addAll(found.values());
    }
  }

  /**
   * Collects the texts at a path.
   *
   * @param name of the value, with the positions of items
   * @param path from the value on; empty for the value itself
   */
  private static void collect(String name, JsonNode value, String path, Map<String, String> found) {
    if (value.isArray()) {
      String inside = insideItem(path);
      for (int i = 0; i < value.size(); i++) {
        String item = QuerySpecification.buildLinkCollectionItemName(name, i);
        collect(item, value.get(i), inside, found);
      }
    } else if (path.isEmpty()) {
      if (value.isString()) {
        found.put(name, value.asString());
      }
    } else if (value.isObject()) {
      JsonNode whole = value.get(path);
      int dot = whole == null ? path.indexOf('.') : path.length();
      JsonNode inner = whole == null && dot > 0 ? value.get(path.substring(0, dot)) : whole;
      if (inner != null) {
        String first = path.substring(0, dot);
        String rest = dot < path.length() ? path.substring(dot + 1) : "";
        collect(name.isEmpty() ? first : name + "." + first, inner, rest, found);
      }
    }
  }

  /** What of a path is inside an item of the collection before it; the item need not be named. */
  static String insideItem(String path) {
    if (path.equals(ITEM)) {
      return "";
    }
    String named = ITEM + QuerySpecification.FIELD_NAME_CHARACTER;
    return path.startsWith(named) ? path.substring(named.length()) : path;
  }

  /**
   * Adds what was selected to a result.
   *
   * @param room how many bytes the documents behind the links may weigh
   * @return whether they weigh no more; the result is incomplete if they do
   */
  boolean addTo(ServiceDocumentQueryResult result, long room, Asker asker) {
    result.selectedLinks = selected;
    result.selectedLinksPerDocument = perDocument;
    if (!specification.options.contains(QueryOption.EXPAND_LINKS)) {
      return true;
    }
    Map<String, Object> expanded = new LinkedHashMap<>();
    long bytes = 0;
    for (String link : selected) {
      asker.requirePresent();
      Object content = contentOf(link);
      bytes += content instanceof RawJson raw ? raw.utf8().length : 0;
      if (bytes > room) {
        return false;
      }
      expanded.put(link, content);
    }
    result.selectedDocuments = expanded;
    return true;
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
