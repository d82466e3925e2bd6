// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.bulk.BulkResult.Outcome;
import io.cairn.runtime.bulk.BulkResult.Place;
import io.cairn.runtime.history.FieldChanges;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.uri.Links;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings documents into a factory: each is created or, if there is one at its link, made equal to
 * what the body says. Doing it again changes nothing, so an import that was broken off is begun
 * again at any line; only documents without a link of their own would be created twice.
 */
final class BulkImport {

  /** What becomes of documents that are there already. */
  enum Existing {
    /** They are updated, unless they say the same. */
    REPLACE,
    /** They stay as they are. */
    KEEP,
    /** They count as failures. */
    REFUSE
  }

  /** So often a document is tried again that nobody serves, or that others change meanwhile. */
  private static final int MAX_TRIES = 30;

  private static final long PAUSE_MILLIS = 1_000;

  /** Why an import ends before its body does. */
  static final String TOO_MANY = "as many items failed as maxFailures allows";

  private final BulkCalls calls;
  private final BulkFactory factory;
  private final Existing existing;

  BulkImport(BulkCalls calls, BulkFactory factory, Existing existing) {
    this.calls = calls;
    this.factory = factory;
    this.existing = existing;
  }

  /**
   * Imports the rows from a line on, and reports.
   *
   * @param from lines before this one are skipped
   */
  void run(BulkRows rows, long from, Throttle throttle, BulkReport report) throws IOException {
    BulkWindow window = new BulkWindow(report::take);
    String stopped = null;
    try {
      for (BulkRows.Row row = rows.next(); row != null; row = rows.next()) {
        if (row.line() < from) {
          continue;
        }
        throttle.pass();
        add(row, window);
        if (report.isOver()) {
          stopped = TOO_MANY;
          break;
        }
      }
    } catch (BulkRows.UnreadableException e) {
      stopped = e.getMessage();
    }
    window.finish();
    report.end(stopped);
  }

  private void add(BulkRows.Row row, BulkWindow window) throws IOException {
    Place place = Place.line(row.line());
    ObjectNode content = row.content();
    String problem = row.problem();
    String link = null;
    if (content != null) {
      try {
        link = linkOf(content);
        strip(content);
      } catch (IllegalArgumentException e) {
        problem = e.getMessage();
      }
    }
    String known = link;
    if (content == null || problem != null) {
      window.add(place.malformed(null, String.valueOf(problem)));
    } else {
      byte[] body = DocumentJson.standard().toBytes(content);
      window.add(known, body.length, () -> new Incoming(place, known, body).create(null));
    }
  }

  private @Nullable String linkOf(JsonNode content) {
    String wanted = content.path(ServiceDocument.FIELD_NAME_SELF_LINK).asString("");
    return wanted.isEmpty() ? null : Links.childOf(factory.link(), wanted);
  }

  /** Takes off what the runtime stamps into documents, so that an export can be imported. */
  private void strip(ObjectNode content) {
    String said = content.path(ServiceDocument.FIELD_NAME_KIND).asString(factory.kind());
    if (!said.equals(factory.kind())) {
      throw new IllegalArgumentException(
          "its documentKind is %s, the documents of %s are %s"
              .formatted(said, factory.link(), factory.kind()));
    }
    List<String> stamped =
        content.properties().stream()
            .map(field -> field.getKey())
            .filter(ServiceDocument::isBuiltInDocumentField)
            .filter(name -> !name.equals(ServiceDocument.FIELD_NAME_SELF_LINK))
            .filter(name -> !name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS))
            .toList();
    content.remove(stamped);
  }

  /** One document on its way in. Its steps run one after the other, on any thread. */
  private final class Incoming {
    private final Place place;
    private final @Nullable String link;
    private final byte[] body;
    private int tries;

    /**
     * A document.
     *
     * @param link where it goes; null if the factory is to name it
     */
    Incoming(Place place, @Nullable String link, byte[] body) {
      this.place = place;
      this.link = link;
      this.body = body;
    }

    /**
     * Creates it.
     *
     * @param version the version that it begins with, after a deletion; null for the first
     */
    CompletableFuture<BulkResult> create(@Nullable Long version) {
      byte[] posted = version == null ? body : withVersion(version);
      return calls
          .send(Action.POST, factory.link(), posted, Operation.IF_NONE_MATCH_HEADER, "*")
          .thenCompose(this::created);
    }

    private CompletableFuture<BulkResult> created(Operation done) {
      if (BulkCalls.isDone(done)) {
        String location = done.getResponseHeader(Operation.LOCATION_HEADER);
        return is(Outcome.CREATED, location == null ? link : location, done);
      }
      ServiceErrorResponse error = done.getErrorResponseBody();
      int code = error == null ? 0 : error.getErrorCode();
      if (link != null && code == ServiceErrorResponse.ERROR_CODE_STATE_MARKED_DELETED) {
        return revive(link);
      }
      if (link != null && code == ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS) {
        return switch (existing) {
          case KEEP -> is(Outcome.KEPT, link, done);
          case REFUSE -> failed(done);
          case REPLACE -> replace(link);
        };
      }
      return again(done, () -> create(null));
    }

    /** Creates it behind the versions of one that was deleted. */
    private CompletableFuture<BulkResult> revive(String at) {
      return calls
          .get(at + "/versions?$limit=1")
          .thenCompose(
              found -> {
                if (!BulkCalls.isDone(found)) {
                  return again(found, () -> create(null));
                }
                long last = found.getBody(JsonNode.class).path("latestVersion").asLong(0);
                return ++tries > MAX_TRIES ? failed(found) : create(last + 1);
              });
    }

    /** Makes the document that is there say the same, if it does not. */
    private CompletableFuture<BulkResult> replace(String at) {
      return calls
          .get(at)
          .thenCompose(
              found -> {
                if (!BulkCalls.isDone(found)) {
                  return again(found, () -> create(null));
                }
                if (isSame(found.getBody(JsonNode.class))) {
                  return is(Outcome.UNCHANGED, at, found);
                }
                String tag = found.getResponseHeader(Operation.ETAG_HEADER);
                return calls
                    .send(Action.PUT, at, body, Operation.IF_MATCH_HEADER, tag)
                    .thenCompose(
                        put ->
                            BulkCalls.isDone(put)
                                ? is(Outcome.UPDATED, at, put)
                                : again(put, () -> create(null)));
              });
    }

    /** Whether the document that is there says what this one would say in its class. */
    private boolean isSame(JsonNode there) {
      DocumentJson json = DocumentJson.standard();
      JsonNode wanted = json.toTree(json.fromJson(body, factory.type()));
      return FieldChanges.between(there, wanted).named().isEmpty();
    }

    private byte[] withVersion(long version) {
      DocumentJson json = DocumentJson.standard();
      ObjectNode tree = (ObjectNode) json.readTree(body);
      tree.put(ServiceDocument.FIELD_NAME_VERSION, version);
      return json.toBytes(tree);
    }

    /** Tries once more what may go well the next time; to do it twice does no harm. */
    private CompletableFuture<BulkResult> again(
        Operation done, Supplier<CompletableFuture<BulkResult>> step) {
      int status = done.getStatusCode();
      boolean raced =
          link != null
              && (status == Operation.STATUS_CODE_PRECONDITION_FAILED
                  || status == Operation.STATUS_CODE_NOT_FOUND
                  || (status == Operation.STATUS_CODE_CONFLICT && isVersionConflict(done)));
      boolean unserved =
          status == Operation.STATUS_CODE_UNAVAILABLE && (link != null || !isUnknown(done));
      if ((!raced && !unserved) || ++tries > MAX_TRIES) {
        return failed(done);
      }
      return calls.later(raced ? 1 : PAUSE_MILLIS, step);
    }

    private static boolean isVersionConflict(Operation done) {
      ServiceErrorResponse error = done.getErrorResponseBody();
      return error != null
          && error.getErrorCode() == ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT;
    }

    private static boolean isUnknown(Operation done) {
      ServiceErrorResponse error = done.getErrorResponseBody();
      return error == null
          || error.getErrorCode() == ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN;
    }

    private CompletableFuture<BulkResult> is(Outcome outcome, @Nullable String at, Operation done) {
      return CompletableFuture.completedFuture(place.is(outcome, at, done));
    }

    private CompletableFuture<BulkResult> failed(Operation done) {
      return CompletableFuture.completedFuture(place.failed(link, done));
    }
  }
}
