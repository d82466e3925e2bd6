// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import org.jspecify.annotations.Nullable;

/**
 * What documents about who may do what have in common: each node of the group has a copy, each is
 * checked before it is stored, and an update that changes nothing makes no version.
 *
 * @param <T> the document
 */
abstract class AuthorizationDocument<T extends ServiceDocument> extends StatefulService {

  private final Class<T> type;

  AuthorizationDocument(Class<T> type) {
    super(type);
    this.type = type;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * Refuses a state that means nothing.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  abstract void check(T state);

  /**
   * Takes over what a PATCH says.
   *
   * @param state a copy of the present state; changed in place
   */
  void merge(Operation patch, T state) {
    Utils.mergeWithStateAdvanced(getStateDescription(), state, type, patch);
  }

  @Override
  public void handleStart(Operation start) {
    check(bodyOf(start));
    start.complete();
  }

  @Override
  public void handlePut(Operation put) {
    leave(put, bodyOf(put));
  }

  @Override
  public void handlePatch(Operation patch) {
    if (!checkForBody(patch)) {
      return;
    }
    T next = Utils.clone(present(patch));
    merge(patch, next);
    leave(patch, next);
  }

  /** Makes a state the next version, or leaves the document alone if it says the same already. */
  final void leave(Operation update, T next) {
    check(next);
    if (ServiceDocument.equals(getStateDescription(), present(update), next)) {
      update.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
      update.setBodyNoCloning(present(update)).complete();
      return;
    }
    setState(update, next);
    update.setBodyNoCloning(next).complete();
  }

  final T bodyOf(Operation op) {
    return op.getBody(type);
  }

  final T present(Operation op) {
    ServiceDocument state = op.getLinkedState();
    if (state == null) {
      throw new IllegalStateException(op + " has no state");
    }
    return type.cast(state);
  }

  static void require(String field, @Nullable Object value) {
    if (value == null || (value instanceof String text && text.isBlank())) {
      throw new IllegalArgumentException(field + " is required");
    }
  }

  /** Refuses what is no path of a document. */
  static void requireLink(String field, @Nullable String link) {
    require(field, link);
    if (link != null && !link.startsWith("/")) {
      throw new IllegalArgumentException(
          "%s is a link, such as /core/authz/users/jane, not '%s'".formatted(field, link));
    }
  }
}
