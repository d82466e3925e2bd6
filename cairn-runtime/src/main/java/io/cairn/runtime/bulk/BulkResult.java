// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import org.jspecify.annotations.Nullable;

/**
 * What became of one item of a bulk request.
 *
 * @param line the line of the body at which it begins, from 1; null if the body is a list
 * @param item its place in the list, from 1; null if the body has lines
 * @param status the HTTP status that the item alone would have been answered with
 * @param outcome what happened to the document
 * @param link the document; null if it is not known
 * @param etag the entity tag of its new version; null if there is none
 * @param error why it failed; null if it did not
 */
public record BulkResult(
    @Nullable Long line,
    @Nullable Integer item,
    int status,
    Outcome outcome,
    @Nullable String link,
    @Nullable String etag,
    @Nullable ServiceErrorResponse error) {

  /** What happened to a document. */
  public enum Outcome {
    CREATED,
    UPDATED,
    DELETED,
    /** It was as it is to be. */
    UNCHANGED,
    /** It was there, and was to be kept. */
    KEPT,
    FAILED
  }

  /** An item's place in its request. */
  record Place(@Nullable Long line, @Nullable Integer item) {
    static Place line(long number) {
      return new Place(number, null);
    }

    static Place item(int number) {
      return new Place(null, number);
    }

    BulkResult is(Outcome outcome, @Nullable String link, Operation done) {
      String etag = done.getResponseHeader(Operation.ETAG_HEADER);
      int status =
          BulkCalls.isDone(done) ? done.getStatusCode() : Operation.STATUS_CODE_NOT_MODIFIED;
      return new BulkResult(line, item, status, outcome, link, etag, null);
    }

    BulkResult failed(@Nullable String link, Operation done) {
      ServiceErrorResponse error = done.getErrorResponseBody();
      if (error == null) {
        error = new ServiceErrorResponse();
        error.statusCode = done.getStatusCode();
        error.message = "The answer was " + done.getStatusCode();
      }
      return new BulkResult(line, item, done.getStatusCode(), Outcome.FAILED, link, null, error);
    }

    BulkResult malformed(@Nullable String link, String problem) {
      String where = line == null ? "item " + item : "line " + line;
      ServiceErrorResponse error =
          Utils.toServiceErrorResponse(new IllegalArgumentException(where + ": " + problem));
      return new BulkResult(line, item, error.statusCode, Outcome.FAILED, link, null, error);
    }
  }
}
