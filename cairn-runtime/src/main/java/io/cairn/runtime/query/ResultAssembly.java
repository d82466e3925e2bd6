// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.DocumentJson;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.Highlighter;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.index.DocumentVersion;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
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
  private final @Nullable Highlighter highlighter;
  private final Function<String, @Nullable ServiceDocumentDescription> kinds;

  /**
   * Prepares for one query.
   *
   * @param specification says what of each document belongs in the result
   * @param owner the id of this host
   * @param maximumBytes how much the documents of one result may weigh
   * @param documents finds the living documents that selected links lead to
   * @param kinds describes documents whose texts are shown
   */
  ResultAssembly(
      QuerySpecification specification,
      String owner,
      long maximumBytes,
      Function<String, @Nullable DocumentVersion> documents,
      Function<String, @Nullable ServiceDocumentDescription> kinds) {
    this.highlighter = Highlighter.of(specification);
    this.kinds = kinds;
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
    LinkSelection links = LinkSelection.of(specification, seen(asker));
    long bytes = 0;
    if (expands) {
      result.documents = new LinkedHashMap<>();
    }
    if (highlighter != null) {
      result.highlights = new LinkedHashMap<>();
    }
    for (FoundDocuments.Row row : rows) {
      asker.requirePresent();
      String link = linkOf(row);
      result.documentLinks.add(link);
      if (links == null && !expands && highlighter == null) {
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
      bytes += addHighlights(link, document, result);
      if (bytes > maximumBytes && rows.size() > 1) {
        return null;
      }
    }
    long room = rows.size() > 1 ? maximumBytes - bytes : Long.MAX_VALUE;
    if (links != null && !links.addTo(result, room, asker)) {
      return null;
    }
    result.documentCount = (long) rows.size();
    return result;
  }

  /** Returns how many bytes that is, about. */
  private long addHighlights(
      String link, DocumentVersion document, ServiceDocumentQueryResult result) {
    if (highlighter == null || result.highlights == null) {
      return 0;
    }
    String kind = document.kind();
    Map<String, List<String>> shown =
        highlighter.show(
            DocumentJson.standard().readTree(document.json()),
            kind == null ? null : kinds.apply(kind));
    if (shown.isEmpty()) {
      return 0;
    }
    result.highlights.put(link, shown);
    return shown.values().stream().flatMap(List::stream).mapToLong(String::length).sum();
  }

  /** What links lead to, as far as whoever asks may read it. */
  private Function<String, @Nullable DocumentVersion> seen(Asker asker) {
    Visible visible = asker.visible();
    return visible == null
        ? documents
        : link -> {
          DocumentVersion document = documents.apply(link);
          return document == null || !visible.sees(document) ? null : document;
        };
  }

  /** How much the documents of one result may weigh. */
  long maximumBytes() {
    return maximumBytes;
  }

  /** Why what cannot be divided into pages has no answer. */
  IllegalArgumentException tooHeavy() {
    return new IllegalArgumentException(
        "The results weigh more than %d bytes together: ask for fewer, or for pages"
            .formatted(maximumBytes));
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
        || options.contains(QueryOption.EXPAND_BINARY_CONTENT)
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
    if (specification.options.contains(QueryOption.EXPAND_BINARY_CONTENT)) {
      return ByteBuffer.wrap(document.json()).asReadOnlyBuffer();
    }
    JsonNode read = DocumentJson.standard().readTree(document.json());
    if (!(read instanceof ObjectNode tree)) {
      return read;
    }
    ObjectNode chosen = tree.objectNode();
    if (specification.options.contains(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY)) {
      for (Map.Entry<String, JsonNode> field : tree.properties()) {
        if (ServiceDocument.isBuiltInDocumentField(field.getKey())) {
          chosen.set(field.getKey(), field.getValue());
        }
      }
    }
    if (specification.selectTerms != null) {
      specification.selectTerms.forEach(
          term -> select(tree, chosen, String.valueOf(term.propertyName)));
    }
    return chosen;
  }

  /**
   * Copies a field; what is around it, objects and the items of collections, is copied with no more
   * than that.
   */
  private static void select(ObjectNode from, ObjectNode to, String path) {
    JsonNode whole = from.get(path);
    int dot = path.indexOf('.');
    if (whole != null) {
      to.set(path, whole);
    } else if (dot > 0) {
      String name = path.substring(0, dot);
      String inside = path.substring(dot + 1);
      switch (from.get(name)) {
        case ObjectNode object ->
            select(
                object,
                to.get(name) instanceof ObjectNode present ? present : to.putObject(name),
                inside);
        case ArrayNode items -> selectItems(items, to, name, inside);
        case null, default -> {}
      }
    }
  }

  private static void selectItems(ArrayNode from, ObjectNode to, String name, String path) {
    String inside = LinkSelection.insideItem(path);
    if (inside.isEmpty()) {
      to.set(name, from);
      return;
    }
    ArrayNode target = to.get(name) instanceof ArrayNode present ? present : to.putArray(name);
    for (int i = 0; i < from.size(); i++) {
      if (target.size() <= i) {
        target.addObject();
      }
      if (from.get(i) instanceof ObjectNode item && target.get(i) instanceof ObjectNode chosen) {
        select(item, chosen, inside);
      }
    }
  }
}
