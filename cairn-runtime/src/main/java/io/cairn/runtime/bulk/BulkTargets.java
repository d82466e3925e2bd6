// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.QueryValidation;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.QueryNames;
import io.cairn.runtime.bulk.BulkTaskService.BulkTaskState;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The documents that a bulk task is about, as queries find them: page by page, in the order of
 * their links. Used by one thread, which waits for the answers.
 */
final class BulkTargets {

  private static final int PAGE = 500;

  /** So often, a second apart, a question is asked that nobody answers. */
  private static final int MAX_TRIES = 300;

  private static final int PAUSE_MILLIS = 1_000;

  private final ServiceHost host;
  private final BulkFactory factory;
  private final Query query;
  private final BulkTaskService.VersionTags tags;
  private final ArrayDeque<Map.Entry<String, String>> read = new ArrayDeque<>();
  private @Nullable String nextPage;
  private boolean begun;

  private BulkTargets(
      ServiceHost host, BulkFactory factory, Query query, BulkTaskService.VersionTags tags) {
    this.host = host;
    this.factory = factory;
    this.query = query;
    this.tags = tags;
  }

  /**
   * The documents of a task.
   *
   * @throws IllegalArgumentException if the task does not say which
   */
  static BulkTargets of(
      BulkTaskService.Surroundings surroundings, ServiceHost host, BulkTaskState task) {
    if (task.factoryLink == null) {
      throw new IllegalArgumentException(
          "factoryLink is required: the path of the factory whose documents are meant");
    }
    BulkFactory factory = surroundings.factories().apply(task.factoryLink);
    if (factory == null || !factory.isDurable()) {
      throw new IllegalArgumentException(
          "factoryLink is '%s': no factory with documents on disk was started there"
              .formatted(task.factoryLink));
    }
    return new BulkTargets(host, factory, queryOf(factory, task), surroundings.tags());
  }

  private static Query queryOf(BulkFactory factory, BulkTaskState task) {
    if ((task.filter == null) == (task.query == null)) {
      throw new IllegalArgumentException(
          "Either filter or query is required; the filter documentSelfLink eq '*' means all documents");
    }
    Query wanted =
        task.filter == null
            ? task.query
            : ODataQuery.parse(
                    Map.of(ODataQuery.FILTER, task.filter),
                    new ODataQuery.Scope(null, factory.kind(), factory.description()))
                .specification()
                .query;
    if (wanted == null) {
      throw new IllegalArgumentException("query is required");
    }
    return Query.Builder.create()
        .addFieldClause(ServiceDocument.FIELD_NAME_KIND, factory.kind())
        .addFieldClause(
            ServiceDocument.FIELD_NAME_SELF_LINK, factory.link() + "/", MatchType.PREFIX)
        .addClause(wanted)
        .build();
  }

  /**
   * Checks the query against what is known of the documents.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void requireSense() {
    QuerySpecification specification = specification(query);
    var _ = QueryValidation.validate(specification);
    var _ = QueryNames.resolve(specification, Map.of(factory.kind(), factory.description()));
  }

  private static QuerySpecification specification(Query query) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    return specification;
  }

  /** How many documents match now. */
  long count() {
    QuerySpecification counting = specification(query);
    counting.options.add(QueryOption.COUNT);
    Long count = asked(counting).documentCount;
    return count == null ? 0 : count;
  }

  /**
   * The next documents, with the entity tags in which they match.
   *
   * @param size how many at most
   * @param after the link behind which they are
   * @return none if there are no more
   */
  Map<String, String> next(int size, String after) {
    Map<String, String> found = new LinkedHashMap<>();
    while (found.size() < size && (!read.isEmpty() || readPage())) {
      Map.Entry<String, String> row = read.poll();
      if (row != null && row.getKey().compareTo(after) > 0) {
        found.put(row.getKey(), row.getValue());
      }
    }
    return found;
  }

  /** Those of some documents that match now, with their entity tags. */
  Map<String, String> matching(Collection<String> links) {
    QuerySpecification again =
        sorted(
            Query.Builder.create()
                .addClause(query)
                .addInClause(ServiceDocument.FIELD_NAME_SELF_LINK, links)
                .build());
    again.options.add(QueryOption.TOP_RESULTS);
    again.resultLimit = links.size();
    return rows(asked(again));
  }

  private QuerySpecification sorted(Query wanted) {
    return QueryTask.Builder.create()
        .setQuery(wanted)
        .orderAscending(ServiceDocument.FIELD_NAME_SELF_LINK, TypeName.STRING)
        .addOption(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY)
        .build()
        .querySpec;
  }

  /**
   * Reads a page; whether there was one. A page that is gone is looked for again in a new query.
   */
  private boolean readPage() {
    if (nextPage == null) {
      if (begun) {
        return false;
      }
      QuerySpecification all = sorted(query);
      all.resultLimit = PAGE;
      begun = true;
      nextPage = asked(all).nextPageLink;
      if (nextPage == null) {
        return false;
      }
    }
    Operation answer = answered(Operation.createGet(host.getUri().resolve(nextPage)));
    if (answer.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
      nextPage = null;
      begun = false;
      return true;
    }
    ServiceDocumentQueryResult page = resultsOf(answer);
    rows(page).entrySet().forEach(read::add);
    nextPage = page.nextPageLink;
    return true;
  }

  private Map<String, String> rows(ServiceDocumentQueryResult page) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String link : page.documentLinks) {
      Object document = page.documents == null ? null : page.documents.get(link);
      if (document != null && link.lastIndexOf('/') == factory.link().length()) {
        JsonNode fields = DocumentJson.standard().toTree(document);
        rows.put(
            link,
            tags.of(
                fields.path(ServiceDocument.FIELD_NAME_VERSION).asLong(0),
                fields.path(ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS).asLong(0)));
      }
    }
    return rows;
  }

  private ServiceDocumentQueryResult asked(QuerySpecification specification) {
    QueryTask task = QueryTask.create(specification).setDirect(true);
    return resultsOf(
        answered(
            Operation.createPost(host.getUri().resolve(ServiceUriPaths.CORE_QUERY_TASKS))
                .setBodyNoCloning(DocumentJson.standard().toBytes(task))));
  }

  private static ServiceDocumentQueryResult resultsOf(Operation answer) {
    ServiceDocumentQueryResult results =
        BulkCalls.isDone(answer) ? answer.getBody(QueryTask.class).results : null;
    if (results == null) {
      var error = answer.getErrorResponseBody();
      throw new IllegalStateException(
          "The query failed: " + (error == null ? answer.getStatusCode() : error.message));
    }
    return results;
  }

  /** Asks until somebody answers. */
  private Operation answered(Operation question) {
    for (int tries = 1; ; tries++) {
      CompletableFuture<Operation> answer = new CompletableFuture<>();
      host.sendRequest(
          question
              .clone()
              .setReferer(host.getUri())
              .disableFailureLogging(true)
              .setCompletion((done, failure) -> answer.complete(done)));
      Operation done = answer.join();
      boolean unserved =
          done.getStatusCode() == Operation.STATUS_CODE_UNAVAILABLE
              || done.getStatusCode() == Operation.STATUS_CODE_TIMEOUT;
      if (!unserved || tries >= MAX_TRIES || !host.isStarted()) {
        return done;
      }
      Throttle.pause(PAUSE_MILLIS);
    }
  }
}
