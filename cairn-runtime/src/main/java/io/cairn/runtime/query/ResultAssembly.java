// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.store.index.DocumentVersion;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes rows into the result that a client sees. Whole documents go in as they are stored, without
 * being parsed.
 */
final class ResultAssembly {

  private final QuerySpecification specification;
  private final String owner;
  private final long maximumBytes;
  private final Function<String, @Nullable DocumentVersion> documents;

  /**
   * Prepares for one query.
   *
   * @param specification says what of each document belongs in the result
   * @param owner the id of this host
   * @param maximumBytes how much the documents of one result may weigh
   * @param documents finds the living documents that selected links lead to
   */
  ResultAssembly(
      QuerySpecification specification,
      String owner,
      long maximumBytes,
      Function<String, @Nullable DocumentVersion> documents) {
    this.specification = specification;
    this.owner = owner;
    this.maximumBytes = maximumBytes;
    this.documents = documents;
  }

  /**
   * Assembles rows, while somebody waits for them.
   *
   * @return the result, or null if the documents weigh too much together
   */
  @Nullable ServiceDocumentQueryResult assemble(List<FoundDocuments.Row> rows, Asker asker) {
    ServiceDocumentQueryResult result = empty();
    boolean expands = expands();
    LinkSelection links = LinkSelection.of(specification, documents);
    long bytes = 0;
    if (expands) {
      result.documents = new LinkedHashMap<>();
    }
    for (FoundDocuments.Row row : rows) {
      asker.requirePresent();
      String link = linkOf(row);
      result.documentLinks.add(link);
      if (links == null && !expands) {
        continue;
      }
      DocumentVersion document = row.content().get();
      if (links != null) {
        links.add(link, document);
      }
      if (result.documents != null) {
        bytes += document.json().length;
        if (bytes > maximumBytes && rows.size() > 1) {
          return null;
        }
        result.documents.put(link, content(document));
      }
    }
    if (links != null) {
      links.addTo(result, asker);
    }
    result.documentCount = (long) rows.size();
    return result;
  }

  QuerySpecification specification() {
    return specification;
  }

  /** The result of a query that finds nothing, with all parts that it would have. */
  ServiceDocumentQueryResult assembleNone(Asker asker) {
    ServiceDocumentQueryResult none = assemble(List.of(), asker);
    return none == null ? empty() : none;
  }

  ServiceDocumentQueryResult empty() {
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    result.documentOwner = owner;
    result.documentCount = 0L;
    return result;
  }

  private boolean expands() {
    EnumSet<QueryOption> options = specification.options;
    return options.contains(QueryOption.EXPAND_CONTENT)
        || options.contains(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY)
        || options.contains(QueryOption.EXPAND_SELECTED_FIELDS);
  }

  private String linkOf(FoundDocuments.Row row) {
    return specification.options.contains(QueryOption.INCLUDE_ALL_VERSIONS)
        ? row.link() + "?" + ServiceDocument.FIELD_NAME_VERSION + "=" + row.version()
        : row.link();
  }

  private Object content(DocumentVersion document) {
    if (specification.options.contains(QueryOption.EXPAND_CONTENT)) {
      return new RawJson(document.json());
    }
    JsonNode tree = DocumentJson.standard().readTree(document.json());
    ObjectNode chosen = tree.isObject() ? ((ObjectNode) tree).objectNode() : null;
    if (chosen == null) {
      return tree;
    }
    if (specification.options.contains(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY)) {
      for (Map.Entry<String, JsonNode> field : tree.properties()) {
        if (ServiceDocument.isBuiltInDocumentField(field.getKey())) {
          chosen.set(field.getKey(), field.getValue());
        }
      }
    }
    if (specification.selectTerms != null) {
      specification.selectTerms.forEach(term -> select(tree, chosen, term));
    }
    return chosen;
  }

  /** Copies one field; a path with dots is copied with the objects around it. */
  private static void select(JsonNode from, ObjectNode to, QueryTerm term) {
    if (term.propertyName == null) {
      return;
    }
    String[] path = term.propertyName.split("\\.", -1);
    JsonNode source = from;
    ObjectNode target = to;
    for (int i = 0; i < path.length - 1; i++) {
      source = source.path(path[i]);
      if (!source.isObject()) {
        return;
      }
      JsonNode inner = target.get(path[i]);
      target = inner instanceof ObjectNode present ? present : target.putObject(path[i]);
    }
    JsonNode value = source.get(path[path.length - 1]);
    if (value != null) {
      target.set(path[path.length - 1], value);
    }
  }
}
