// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StandardRefusal;
import io.cairn.store.index.DocumentVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What must hold before an update reaches its handler. */
final class Preconditions {

  private static final String VERSION_POINTER = "/" + ServiceDocument.FIELD_NAME_VERSION;

  private Preconditions() {}

  /**
   * Checks an update against the current version.
   *
   * @return how the update is refused; null if all conditions hold
   * @throws IllegalArgumentException if the request lacks what the condition needs
   */
  static @Nullable WorkOutcome check(
      StatefulInstance instance, Operation op, DocumentVersion current) {
    Action action = op.getAction();
    if (instance.model().has(ServiceOption.IMMUTABLE)
        && (action == Action.PUT || action == Action.PATCH)) {
      return DocumentFailures.refused(
          StandardRefusal.ACTION_NOT_SUPPORTED, "Action not supported: " + action);
    }
    WorkOutcome refused = conditions(op, current);
    if (refused != null || !instance.model().has(ServiceOption.STRICT_UPDATE_CHECKING)) {
      return refused;
    }
    return instance.model().isRouted(instance.link(), op)
        ? strictOfRoute(op, current)
        : strict(op, current);
  }

  /** The conditions of the request's headers, as for every method (RFC 9110, section 13). */
  static @Nullable WorkOutcome conditions(Operation op, DocumentVersion current) {
    String wanted = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    if (wanted != null && !EntityTags.matchesStrongly(wanted, current)) {
      return DocumentFailures.refused(
          StandardRefusal.CONDITION_FAILED,
          "The document has changed: its entity tag is %s, not %s (If-Match)"
              .formatted(EntityTags.of(current), wanted));
    }
    String unwanted = op.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    if (unwanted != null && op.getAction() != Action.GET && EntityTags.matches(unwanted, current)) {
      return DocumentFailures.refused(
          StandardRefusal.CONDITION_FAILED,
          "The document exists with the entity tag %s (If-None-Match: %s)"
              .formatted(EntityTags.of(current), unwanted));
    }
    return null;
  }

  /** The body of a route is its own, and says no version. */
  static @Nullable WorkOutcome strictOfRoute(Operation op, DocumentVersion current) {
    return isTagged(op)
        ? null
        : DocumentFailures.refused(
            StandardRefusal.VERSION_CONFLICT,
            "The document has version %d, the request says none: send If-Match (STRICT_UPDATE_CHECKING)"
                .formatted(current.version()));
  }

  private static boolean isTagged(Operation op) {
    String tags = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    return tags != null && !tags.strip().equals("*");
  }

  private static @Nullable WorkOutcome strict(Operation op, DocumentVersion current) {
    boolean delete = op.getAction() == Action.DELETE;
    boolean tagged = isTagged(op);
    if (!op.hasBody() && !delete) {
      throw new IllegalArgumentException(
          "body is required: it must carry documentVersion (STRICT_UPDATE_CHECKING)");
    }
    Long said = op.hasBody() ? versionIn(op) : null;
    if (said == null && (delete || tagged)) {
      return null;
    }
    if (said == null || said != current.version()) {
      return DocumentFailures.refused(
          StandardRefusal.VERSION_CONFLICT,
          "The document has version %d, the request says %s (STRICT_UPDATE_CHECKING)"
              .formatted(current.version(), said == null ? "none" : said));
    }
    return null;
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
