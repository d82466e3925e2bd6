// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.store.index.DocumentVersion;

/**
 * What a request about a document answers with. Whether a body <em>is</em> the state, not merely
 * equal to it, decides whether the stored bytes can be the answer.
 */
@SuppressWarnings("ReferenceEquality")
final class Responses {

  private Responses() {}

  /** Answers with a version as it is stored: no parsing, no serializing. */
  static void document(Operation op, DocumentVersion version) {
    op.setBodyNoCloning(version.json());
    tag(op, version);
  }

  /** The handler said that nothing changed. */
  static void unchanged(Operation op, DocumentVersion current) {
    if (op.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED) {
      op.setBodyNoCloning(null);
    } else if (op.getBodyRaw() == op.getLinkedState()) {
      document(op, current);
    }
  }

  /**
   * The handler's answer to a committed update. Where that is the new state itself, the stored
   * bytes are the answer; another document of the same type gets the fields that the runtime
   * maintains.
   */
  static void updated(Operation op, DocumentVersion next) {
    Object body = op.getBodyRaw();
    ServiceDocument state = op.getLinkedState();
    tag(op, next);
    if (op.getStatusCode() == Operation.STATUS_CODE_NO_CONTENT) {
      op.setBodyNoCloning(null);
      return;
    }
    if (body == null || body == state || state == null) {
      op.setBodyNoCloning(op.isRemote() || state == null ? next.json() : state);
      return;
    }
    ServiceDocument answer = sameType(op, body, state);
    if (answer != null) {
      state.copyTo(answer);
      op.setBodyNoCloning(answer);
    }
  }

  private static @org.jspecify.annotations.Nullable ServiceDocument sameType(
      Operation op, Object body, ServiceDocument state) {
    if (body instanceof ServiceDocument document) {
      return document.getClass() == state.getClass() ? document : null;
    }
    if (body instanceof byte[] || body instanceof String) {
      return op.getParsedBody(state.getClass());
    }
    return null;
  }

  private static void tag(Operation op, DocumentVersion version) {
    op.addResponseHeader(Operation.ETAG_HEADER, EntityTags.of(version));
  }
}
