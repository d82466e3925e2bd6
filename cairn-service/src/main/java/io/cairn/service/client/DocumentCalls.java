// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.service.client.Transport.Reply;
import io.cairn.service.failure.CallFailure;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.uri.QueryParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of one document or one collection. Every call waits for its answer and throws {@link
 * CallFailure}; with {@code Async} in its name it returns a future that fails with it. Immutable.
 *
 * @param <T> the state
 */
public final class DocumentCalls<T> {

  private static final String KIND_FIELD = "kind";

  private final ServiceCalls calls;
  private final Class<T> type;
  private final String link;
  private final Map<String, String> headers;
  private final Map<String, String> query;
  private final @Nullable Duration limit;

  /**
   * A document as it was found.
   *
   * @param tag for {@link DocumentCalls#ifMatch}; null in a list
   * @param <T> the state
   */
  public record Found<T>(String link, @Nullable String tag, T state) {}

  DocumentCalls(ServiceCalls calls, Class<T> type, String link) {
    this(calls, type, link, Map.of(), Map.of(), null);
  }

  private DocumentCalls(
      ServiceCalls calls,
      Class<T> type,
      String link,
      Map<String, String> headers,
      Map<String, String> query,
      @Nullable Duration limit) {
    this.calls = calls;
    this.type = type;
    this.link = link;
    this.headers = headers;
    this.query = query;
    this.limit = limit;
  }

  private static Map<String, String> extended(
      Map<String, String> present, String name, String value) {
    Map<String, String> extended = new HashMap<>(present);
    extended.put(name, value);
    return Map.copyOf(extended);
  }

  /** Waits no longer than that, and never longer than the caller of this handler does. */
  public DocumentCalls<T> within(Duration time) {
    return new DocumentCalls<>(calls, type, link, headers, query, time);
  }

  /** Adds a header. */
  public DocumentCalls<T> header(String name, String value) {
    return new DocumentCalls<>(calls, type, link, extended(headers, name, value), query, limit);
  }

  /** Updates only the version that has this tag; otherwise the call fails with 412. */
  public DocumentCalls<T> ifMatch(String tag) {
    return header(OperationVocabulary.IF_MATCH_HEADER, tag);
  }

  /** Lists only what fits a filter, for example {@code balance gt 5 and owner eq 'ann'}. */
  public DocumentCalls<T> where(String filter) {
    return with("$filter", filter);
  }

  /** Lists in an order, for example {@code balance desc}. */
  public DocumentCalls<T> orderedBy(String order) {
    return with("$orderby", order);
  }

  /** Lists the first few only. */
  public DocumentCalls<T> first(int count) {
    return with("$top", Integer.toString(count));
  }

  private DocumentCalls<T> with(String parameter, String value) {
    return new DocumentCalls<>(
        calls, type, link, headers, extended(query, parameter, value), limit);
  }

  // ---- a document

  /** Reads the state. */
  public T get() {
    return CallPolicy.await(getAsync());
  }

  /** As {@link #get}. */
  public CompletableFuture<T> getAsync() {
    return readAsync().thenApply(Found::state);
  }

  /** Reads the state; empty if there is no such document. */
  public Optional<T> find() {
    try {
      return Optional.of(get());
    } catch (CallFailure.NotFound e) {
      return Optional.empty();
    }
  }

  /** Reads the state with the tag of its version. */
  public Found<T> read() {
    return CallPolicy.await(readAsync());
  }

  /** As {@link #read}. */
  public CompletableFuture<Found<T>> readAsync() {
    return send("GET", link, null).thenApply(this::found);
  }

  /**
   * Sends a command: the body is the value, and its {@code kind} the simple name of the value's
   * class, as {@code DocumentService.on} expects it.
   *
   * @return the new state
   */
  public T send(Object command) {
    return CallPolicy.await(sendAsync(command));
  }

  /** As {@link #send}. */
  public CompletableFuture<T> sendAsync(Object command) {
    JsonNode body = DocumentJson.standard().toTree(command);
    if (body instanceof ObjectNode object && !object.has(KIND_FIELD)) {
      object.put(KIND_FIELD, command.getClass().getSimpleName());
    }
    return send("POST", link, body).thenApply(this::state);
  }

  /** Replaces the state; returns the new one. */
  public T replace(T state) {
    return CallPolicy.await(replaceAsync(state));
  }

  /** As {@link #replace}. */
  public CompletableFuture<T> replaceAsync(T state) {
    return send("PUT", link, state).thenApply(this::state);
  }

  /**
   * Changes some fields: a JSON Merge Patch.
   *
   * @param changes a map, or a record of which the fields that are there count; null in a map
   *     removes a field
   * @return the new state
   */
  public T patch(Object changes) {
    return CallPolicy.await(patchAsync(changes));
  }

  /** As {@link #patch}. */
  public CompletableFuture<T> patchAsync(Object changes) {
    return header(
            OperationVocabulary.CONTENT_TYPE_HEADER,
            OperationVocabulary.MEDIA_TYPE_APPLICATION_MERGE_PATCH_JSON)
        .send("PATCH", link, changes)
        .thenApply(this::state);
  }

  /** Deletes the document. */
  public void delete() {
    CallPolicy.await(deleteAsync());
  }

  /** As {@link #delete}. */
  @SuppressWarnings("NullAway") // the only value of Void
  public CompletableFuture<Void> deleteAsync() {
    return send("DELETE", link, null).thenApply(_ -> null);
  }

  // ---- a collection

  /**
   * Creates a document in the collection.
   *
   * @param body its state, or what the service makes it of ({@code onCreate(Body.class, ..)})
   */
  public Found<T> create(Object body) {
    return CallPolicy.await(createAsync(body));
  }

  /** As {@link #create}. */
  public CompletableFuture<Found<T>> createAsync(Object body) {
    return send("POST", link, body).thenApply(this::found);
  }

  /**
   * Lists the documents of the collection, as {@link #where}, {@link #orderedBy} and {@link #first}
   * say; all its pages, so have it say something if there may be many.
   */
  public List<Found<T>> list() {
    return CallPolicy.await(listAsync());
  }

  /** As {@link #list}. */
  public CompletableFuture<List<Found<T>>> listAsync() {
    List<String> parameters = new ArrayList<>(List.of("expand", "true"));
    query.forEach(
        (name, value) -> {
          parameters.add(name);
          parameters.add(value);
        });
    String target =
        link
            + (link.contains("?") ? "&" : "?")
            + QueryParameters.of(parameters.toArray(String[]::new));
    return page(target, new ArrayList<>());
  }

  private CompletableFuture<List<Found<T>>> page(String target, List<Found<T>> found) {
    return send("GET", target, null)
        .thenCompose(
            reply -> {
              ServiceDocumentQueryResult page = reply.body(ServiceDocumentQueryResult.class);
              Map<String, Object> documents = page.documents == null ? Map.of() : page.documents;
              for (String each : page.documentLinks) {
                Object state = documents.get(each);
                if (state != null) {
                  found.add(new Found<>(each, null, DocumentJson.standard().convert(state, type)));
                }
              }
              String next = page.nextPageLink;
              return next == null ? CompletableFuture.completedFuture(found) : page(next, found);
            });
  }

  private CompletableFuture<Reply> send(String verb, String target, @Nullable Object body) {
    return calls.send(verb, target, body, headers, limit);
  }

  private T state(Reply reply) {
    return reply.body(type);
  }

  private Found<T> found(Reply reply) {
    String location = reply.header(OperationVocabulary.LOCATION_HEADER);
    if (location == null) {
      location =
          reply.body(JsonNode.class).path(ServiceDocument.FIELD_NAME_SELF_LINK).asString(link);
    }
    return new Found<>(location, reply.header(OperationVocabulary.ETAG_HEADER), state(reply));
  }
}
