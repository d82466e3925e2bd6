// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.stateful;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.host.Operation;
import io.cairn.host.Service.Action;
import io.cairn.host.Service.ServiceOption;
import io.cairn.store.DocumentVersion;
import org.jspecify.annotations.Nullable;

/** What must hold before an update reaches its handler. */
final class Preconditions {

  private static final int NO_CODE = 0;

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
    ifMatch(op, current);
    if (instance.model().has(ServiceOption.STRICT_UPDATE_CHECKING) && action != Action.DELETE) {
      strict(instance, op, current);
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

  private static void ifMatch(Operation op, DocumentVersion current) {
    @Nullable String wanted = op.getRequestHeader(Operation.IF_MATCH_HEADER);
    if (wanted == null || wanted.trim().equals("*")) {
      return;
    }
    if (!EntityTags.matches(wanted, current)) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_PRECONDITION_FAILED,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          "The document has changed: its entity tag is %s, not %s (If-Match)"
              .formatted(EntityTags.of(current), wanted));
    }
  }

  private static void strict(StatefulInstance instance, Operation op, DocumentVersion current) {
    if (!op.hasBody()) {
      throw new IllegalArgumentException(
          "body is required: it must carry documentVersion (STRICT_UPDATE_CHECKING)");
    }
    ServiceDocument body = op.getBody(instance.model().stateType());
    if (body.documentVersion != current.version()) {
      throw new PreconditionFailedException(
          Operation.STATUS_CODE_CONFLICT,
          ServiceErrorResponse.ERROR_CODE_VERSION_CONFLICT,
          "The document has version %d, the request says %d (STRICT_UPDATE_CHECKING)"
              .formatted(current.version(), body.documentVersion));
    }
  }
}
