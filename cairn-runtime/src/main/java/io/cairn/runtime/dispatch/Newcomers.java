// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.service.Operation;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows the authentication service of the application the operations of those of whom nobody knows
 * who they are. Thread-safe.
 */
final class Newcomers {

  private final RequestAdmission admission;
  private final ServiceRegistry registry;
  private final Executor handlers;

  Newcomers(RequestAdmission admission, ServiceRegistry registry, Executor handlers) {
    this.admission = admission;
    this.registry = registry;
    this.handlers = handlers;
  }

  /**
   * Goes on with an operation, unless the service answers it.
   *
   * @param unproved what is answered in the place of going on; null for nothing
   */
  void meet(
      String path, Operation op, @Nullable RuntimeException unproved, Consumer<Operation> onward) {
    AuthenticationGate gate = gateOf(path, op);
    if (gate != null) {
      handlers.execute(
          () -> Dispatcher.guarded(op, () -> show(gate, op, () -> goOn(op, unproved, onward))));
    } else {
      goOn(op, unproved, onward);
    }
  }

  private @Nullable AuthenticationGate gateOf(String path, Operation op) {
    ServiceRegistry.Entry entry = registry.find(path);
    return admission.gateOf(entry == null ? registry.findNamespace(path) : entry, path, op);
  }

  private static void show(AuthenticationGate gate, Operation op, Runnable otherwise) {
    if (!gate.takes(op)) {
      otherwise.run();
    }
  }

  private static void goOn(
      Operation op, @Nullable RuntimeException unproved, Consumer<Operation> onward) {
    if (unproved == null) {
      onward.accept(op);
    } else {
      op.fail(unproved);
    }
  }
}
