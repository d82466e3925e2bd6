// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.queries;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of a query as documents of a class. Documents are converted when they are asked
 * for, each time anew. Not thread-safe.
 */
public final class QueryResultsProcessor {

  private final @Nullable QueryTask task;
  private final @Nullable ServiceDocumentQueryResult results;

  private QueryResultsProcessor(
      @Nullable QueryTask task, @Nullable ServiceDocumentQueryResult results) {
    this.task = task;
    this.results = results;
  }

  /** Reads the results of a task; it may have none yet. */
  public static QueryResultsProcessor create(QueryTask task) {
    return new QueryResultsProcessor(task, task.results);
  }

  /** Reads results, those of a factory's listing for instance. */
  public static QueryResultsProcessor create(ServiceDocumentQueryResult results) {
    return new QueryResultsProcessor(null, results);
  }

  /**
   * Reads the answer to a query: a task or results.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static QueryResultsProcessor create(Operation answered) {
    return Utils.getJsonMapValue(answered.getBody(Object.class), "querySpec", Object.class) == null
        ? create(answered.getBody(ServiceDocumentQueryResult.class))
        : create(answered.getBody(QueryTask.class));
  }

  /** The task; null if results were given alone. */
  public @Nullable QueryTask getQueryTask() {
    return task;
  }

  /** The results; null if the task has none yet. */
  public @Nullable ServiceDocumentQueryResult getQueryResult() {
    return results;
  }

  /** Whether anything was found. */
  public boolean hasResults() {
    return results != null && !results.documentLinks.isEmpty();
  }

  /** The links of what was found, in order. */
  public Iterable<String> documentLinks() {
    return results == null ? List.of() : results.documentLinks;
  }

  /** The links that were selected; empty without SELECT_LINKS. */
  public Iterable<String> selectedLinks() {
    return results == null || results.selectedLinks == null ? List.of() : results.selectedLinks;
  }

  /** What was found, in order; empty unless the query expands documents. */
  public <T extends ServiceDocument> Iterable<T> documents(Class<T> type) {
    return streamDocuments(type).toList();
  }

  /** As {@link #documents}. */
  public <T extends ServiceDocument> Stream<T> streamDocuments(Class<T> type) {
    return values(results == null ? null : results.documents).stream()
        .map(document -> Utils.fromJson(document, type));
  }

  /** One of the documents that were found; null if it is not among them. */
  public <T extends ServiceDocument> @Nullable T document(String link, Class<T> type) {
    return one(results == null ? null : results.documents, link, type);
  }

  /** The documents behind the selected links; empty without EXPAND_LINKS. */
  public <T extends ServiceDocument> Iterable<T> selectedDocuments(Class<T> type) {
    return values(results == null ? null : results.selectedDocuments).stream()
        .map(document -> Utils.fromJson(document, type))
        .toList();
  }

  /** The document behind a selected link; null if it is not among them. */
  public <T extends ServiceDocument> @Nullable T selectedDocument(String link, Class<T> type) {
    return one(results == null ? null : results.selectedDocuments, link, type);
  }

  private static Collection<Object> values(@Nullable Map<String, Object> documents) {
    return documents == null ? List.of() : documents.values();
  }

  private static <T extends ServiceDocument> @Nullable T one(
      @Nullable Map<String, Object> documents, String link, Class<T> type) {
    Object document = documents == null ? null : documents.get(link);
    return document == null ? null : Utils.fromJson(document, type);
  }
}
