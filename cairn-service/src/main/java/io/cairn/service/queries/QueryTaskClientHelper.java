// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.queries;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a query and hands over what it finds, one document after the other and page by page, so that
 * no more than a page is in memory. The handler is called with a result for each document, and at
 * the end once without one; with a failure if there is one, and then not again. Calls come one at a
 * time, on any thread. Not thread-safe, and for one query.
 *
 * @param <T> the class of the documents
 */
public final class QueryTaskClientHelper<T extends ServiceDocument> {

  /** How long to wait before a task that has not finished is looked at again. */
  public static final long QUERY_RETRIEVAL_RETRY_INTERVAL_MILLIS = 300;

  /** How long a task lives that does not say it, in microseconds. */
  public static final long DEFAULT_EXPIRATION_TIME_IN_MICROS = TimeUnit.MINUTES.toMicros(10);

  /** How many documents a page has where the query does not say it. */
  public static final Integer DEFAULT_QUERY_RESULT_LIMIT = 1_000;

  /** Queries of which the answer is one: they have no pages. */
  private static final EnumSet<QueryOption> WITHOUT_PAGES =
      EnumSet.of(QueryOption.COUNT, QueryOption.TOP_RESULTS);

  private static final EnumSet<QueryOption> WITH_DOCUMENTS =
      EnumSet.of(
          QueryOption.EXPAND_CONTENT,
          QueryOption.EXPAND_SELECTED_FIELDS,
          QueryOption.EXPAND_BUILTIN_CONTENT_ONLY);

  private final Class<T> type;
  private @Nullable QueryTask task;
  private @Nullable ResultHandler<T> handler;
  private @Nullable URI baseUri;
  private String factoryPath = ServiceUriPaths.CORE_QUERY_TASKS;

  private QueryTaskClientHelper(Class<T> type) {
    this.type = type;
  }

  /** Prepares a query for documents of a class. */
  public static <T extends ServiceDocument> QueryTaskClientHelper<T> create(Class<T> type) {
    return new QueryTaskClientHelper<>(type);
  }

  /**
   * Is told what was found.
   *
   * @param <T> the class of the documents
   */
  @FunctionalInterface
  public interface ResultHandler<T extends ServiceDocument> {
    /**
     * Takes a result.
     *
     * @param result a document, a link, or, at the end, neither
     * @param failure why there are no more results; null unless the query failed
     */
    void handle(QueryElementResult<T> result, @Nullable Throwable failure);
  }

  /**
   * A document that was found, or its link, or how many there are.
   *
   * @param <T> the class of the document
   */
  public static class QueryElementResult<T extends ServiceDocument> {
    private @Nullable T document;
    private @Nullable String link;
    private long count;

    /** Whether this is a document or a link. */
    public boolean hasResult() {
      return document != null || link != null;
    }

    /** The document; null unless the query expands documents. */
    public @Nullable T getResult() {
      return document;
    }

    /** The link of the document. */
    public @Nullable String getDocumentSelfLink() {
      return link;
    }

    /** How many documents the answer stands for: those of this page, or with COUNT all. */
    public long getCount() {
      return count;
    }
  }

  /** Asks for one document. */
  public QueryTaskClientHelper<T> setDocumentLink(String documentSelfLink) {
    Query.Builder query = ofType();
    query.addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, documentSelfLink);
    return ask(query, QueryOption.EXPAND_CONTENT);
  }

  /**
   * Asks for one document if it was updated, or deleted, at a time or later.
   *
   * @param documentSinceMicros microseconds since 1970
   */
  public QueryTaskClientHelper<T> setUpdatedDocumentSince(
      long documentSinceMicros, String documentSelfLink) {
    Query.Builder query = ofType();
    query.addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, documentSelfLink);
    return ask(since(query, documentSinceMicros), QueryOption.INCLUDE_DELETED);
  }

  /**
   * Asks for all documents of the class that were updated, or deleted, at a time or later.
   *
   * @param timeInMicros microseconds since 1970
   */
  public QueryTaskClientHelper<T> setUpdatedSince(long timeInMicros) {
    return ask(since(ofType(), timeInMicros), QueryOption.INCLUDE_DELETED);
  }

  private Query.Builder ofType() {
    return Query.Builder.create()
        .addFieldClause(ServiceDocument.FIELD_NAME_KIND, DocumentKinds.shared().kindOf(type));
  }

  private static Query.Builder since(Query.Builder query, long micros) {
    return query.addRangeClause(
        ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS,
        NumericRange.createGreaterThanOrEqualRange(micros));
  }

  private QueryTaskClientHelper<T> ask(Query.Builder query, QueryOption option) {
    return setQueryTask(
        QueryTask.Builder.createDirectTask()
            .setQuery(query.build())
            .addOption(QueryOption.EXPAND_CONTENT)
            .addOption(option)
            .build());
  }

  /** Asks a query; where it says nothing of its life and of pages, it gets the defaults. */
  public QueryTaskClientHelper<T> setQueryTask(QueryTask queryTask) {
    task = queryTask;
    return this;
  }

  /** Asks another host than the one that sends; null means that one. */
  public QueryTaskClientHelper<T> setBaseUri(@Nullable URI uri) {
    baseUri = uri;
    return this;
  }

  /** Asks another factory of query tasks. */
  public QueryTaskClientHelper<T> setFactoryPath(String path) {
    factoryPath = path;
    return this;
  }

  public QueryTaskClientHelper<T> setResultHandler(ResultHandler<T> resultHandler) {
    handler = resultHandler;
    return this;
  }

  /** When a task that begins now expires by default, in microseconds since 1970. */
  public static long getDefaultQueryExpiration() {
    return Utils.fromNowMicrosUtc(DEFAULT_EXPIRATION_TIME_IN_MICROS);
  }

  /** A result that is a document. */
  public QueryElementResult<T> result(Object json, long count) {
    QueryElementResult<T> result = new QueryElementResult<>();
    result.document = Utils.fromJson(json, type);
    result.link = result.document.documentSelfLink;
    result.count = count;
    return result;
  }

  /** A result that is a link. */
  public static <S extends ServiceDocument> QueryElementResult<S> resultLink(
      String selfLink, long count) {
    QueryElementResult<S> result = new QueryElementResult<>();
    result.link = selfLink;
    result.count = count;
    return result;
  }

  /** A result that is a number alone. */
  public static <S extends ServiceDocument> QueryElementResult<S> countResult(long count) {
    QueryElementResult<S> result = new QueryElementResult<>();
    result.count = count;
    return result;
  }

  /** The end. */
  public static <S extends ServiceDocument> QueryElementResult<S> noResult() {
    return new QueryElementResult<>();
  }

  /**
   * Asks, in the name of a host.
   *
   * @throws IllegalStateException if the query or the handler was not set
   */
  public QueryTaskClientHelper<T> sendWith(ServiceHost host) {
    new Reading(host, host::sendRequest).begin();
    return this;
  }

  /** Asks, in the name of a service; as {@link #sendWith(ServiceHost)}. */
  public QueryTaskClientHelper<T> sendWith(Service service) {
    new Reading(service.getHost(), service::sendRequest).begin();
    return this;
  }

  private interface Sender {
    void send(Operation op);
  }

  /** One query under way. */
  private final class Reading {
    private final ServiceHost host;
    private final Sender sender;
    private final QueryTask query;
    private final ResultHandler<T> to;
    private final URI base;

    /** Pages that are known and were not read. */
    private final ArrayDeque<String> unread = new ArrayDeque<>();

    Reading(ServiceHost host, Sender sender) {
      if (task == null || handler == null) {
        throw new IllegalStateException("A query and a result handler are needed: set them");
      }
      this.host = host;
      this.sender = sender;
      this.query = task;
      this.to = handler;
      this.base = baseUri == null ? host.getUri() : baseUri;
    }

    void begin() {
      QuerySpecification specification = query.querySpec;
      if (query.documentExpirationTimeMicros == 0) {
        query.documentExpirationTimeMicros = getDefaultQueryExpiration();
      }
      if (specification.resultLimit == null
          && WITHOUT_PAGES.stream().noneMatch(specification.options::contains)) {
        specification.resultLimit = DEFAULT_QUERY_RESULT_LIMIT;
      }
      send(Operation.createPost(UriUtils.extendUri(base, factoryPath)).setBody(query));
    }

    private void send(Operation op) {
      op.setReferer(host.getUri());
      op.setCompletion(
          (answered, failure) -> {
            if (failure == null) {
              take(answered.getBody(QueryTask.class));
            } else {
              to.handle(noResult(), failure);
            }
          });
      sender.send(op);
    }

    private void read(String path) {
      send(Operation.createGet(UriUtils.buildUri(base, path)));
    }

    private void take(QueryTask answer) {
      if (TaskState.isFailed(answer.taskInfo) || TaskState.isCancelled(answer.taskInfo)) {
        String why =
            answer.taskInfo.failure == null
                ? null
                : String.valueOf(answer.taskInfo.failure.message);
        to.handle(
            noResult(), new IllegalStateException("The query has ended without results: " + why));
      } else if (answer.results == null || !TaskState.isFinished(answer.taskInfo)) {
        String link = String.valueOf(answer.documentSelfLink);
        var _ =
            host.schedule(
                () -> read(link), QUERY_RETRIEVAL_RETRY_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        hand(answer.results);
      }
    }

    private void hand(ServiceDocumentQueryResult results) {
      long count = results.documentCount == null ? 0 : results.documentCount;
      if (query.querySpec.options.contains(QueryOption.COUNT)) {
        to.handle(countResult(count), null);
        return;
      }
      boolean whole = WITH_DOCUMENTS.stream().anyMatch(query.querySpec.options::contains);
      for (String link : results.documentLinks) {
        Object document = whole && results.documents != null ? results.documents.get(link) : null;
        to.handle(document == null ? resultLink(link, count) : result(document, count), null);
      }
      if (results.nextPageLink != null) {
        unread.addFirst(results.nextPageLink);
      }
      if (results.nextPageLinksPerGroup != null) {
        List<String> groups = new ArrayList<>(results.nextPageLinksPerGroup.values());
        groups.reversed().forEach(unread::addFirst);
      }
      String next = unread.poll();
      if (next == null) {
        to.handle(noResult(), null);
      } else {
        read(next);
      }
    }
  }
}
