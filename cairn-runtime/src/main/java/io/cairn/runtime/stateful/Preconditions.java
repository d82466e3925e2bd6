// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.store.index.DocumentVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What must hold before an update reaches its handler. */
final class Preconditions {

  private static final int NO_CODE = 0;
  private static final String VERSION_POINTER = "/" + ServiceDocument.FIELD_NAME_VERSION;

  private Preconditions() {}

  /**
   * Checks an update against the current version.
   *
   * @throws PreconditionFailedException if a condition does not hold
   * @throws IllegalArgumentException if the request lacks what the condition needs
   */
  static void check(StatefulInstance instance, Operation op, DocumentVersion current) {
    Action action = op.getAction();
    if (instance.model().has(ServiceOption.IMMUTABLE)
        && (action == Action.PUT || action == Action.PATCH)) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_BAD_METHOD, NO_CODE, "Action not supported: " + action);
    }
    conditions(op, current);
    if (instance.model().has(ServiceOption.STRICT_UPDATE_CHECKING)) {
      strict(op, current);
    }
  }

  /** A create that must not find anything ({@code If-None-Match: *}). */
  static void ifNoneMatchOnCreate(Operation op) {
    if ("*".equals(op.getRequestHeader(Operation.IF_NONE_MATCH_HEADER))) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_PRECONDITION_FAILED,
          ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS,
          "The document exists (If-None-Match: *)");
    }
  }

  /** The conditions of the request's headers, as for every method (RFC 9110, section 13). */
  static void conditions(Operation op, DocumentVersion current) {
    String wanted = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    if (wanted != null && !EntityTags.matchesStrongly(wanted, current)) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_PRECONDITION_FAILED,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          "The document has changed: its entity tag is %s, not %s (If-Match)"
              .formatted(EntityTags.of(current), wanted));
    }
    String unwanted = op.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    if (unwanted != null && op.getAction() != Action.GET && EntityTags.matches(unwanted, current)) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_PRECONDITION_FAILED,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          "The document exists with the entity tag %s (If-None-Match: %s)"
              .formatted(EntityTags.of(current), unwanted));
    }
  }

  private static void strict(Operation op, DocumentVersion current) {
    boolean delete = op.getAction() == Action.DELETE;
    String tags = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    boolean tagged = tags != null && !tags.strip().equals("*");
    if (!op.hasBody() && !delete) {
      throw new IllegalArgumentException(
          "body is required: it must carry documentVersion (STRICT_UPDATE_CHECKING)");
    }
    Long said = op.hasBody() ? versionIn(op) : null;
    if (said == null && (delete || tagged)) {
      return;
    }
    if (said == null || said != current.version()) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_CONFLICT,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          "The document has version %d, the request says %s (STRICT_UPDATE_CHECKING)"
              .formatted(current.version(), said == null ? "none" : said));
    }
  }

  /**
   * The version that a request is meant for: {@code documentVersion} of its body, or what a JSON
   * Patch tests that to be. Null where it says none.
   */
  private static @Nullable Long versionIn(Operation op) {
    if (op.getBodyRaw() instanceof ServiceDocument document) {
      // An object cannot leave the field out. Only a DELETE is allowed to say no version.
      boolean none = document.documentVersion == 0 && op.getAction() == Action.DELETE;
      return none ? null : (Long) document.documentVersion;
    }
    JsonNode body = op.getBody(JsonNode.class);
    JsonNode version = body.path(ServiceDocument.FIELD_NAME_VERSION);
    for (JsonNode operation : body.isArray() ? body.values() : List.<JsonNode>of()) {
      if (operation.path("op").asString("").equals("test")
          && operation.path("path").asString("").equals(VERSION_POINTER)) {
        version = operation.path("value");
      }
    }
    return version.isMissingNode() || version.isNull()
        ? null
        : DocumentJson.standard().convert(version, Long.class);
  }
}
