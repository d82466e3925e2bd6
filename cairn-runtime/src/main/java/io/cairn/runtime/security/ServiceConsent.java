// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.service.AbstractService;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.Service;

/**
 * Asks a service whose author has written {@code authorizeRequest} whether a request may be done.
 * What others ask costs a look at a field of their class. Thread-safe.
 */
public final class ServiceConsent {

  private static final ClassValue<Boolean> WRITTEN =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return AbstractService.class.isAssignableFrom(type)
              && HostRuntime.isOverridden(type.asSubclass(AbstractService.class), NAME);
        }
      };

  private static final String NAME = "authorizeRequest";

  private ServiceConsent() {}

  /** Whether the author of a class has written it. */
  public static boolean isWantedBy(Class<? extends Service> type) {
    return WRITTEN.get(type);
  }

  /**
   * Asks, in the context of the operation. May block.
   *
   * @param onward goes on if the service agrees by completing the operation, on any thread; if it
   *     fails the operation, that is the answer
   */
  public static void ask(Service service, Operation op, Runnable onward) {
    boolean waitedFor =
        op.tryNestCompletion(
            (decided, failure) -> {
              if (failure == null) {
                attempt(op, onward);
              } else {
                op.fail(failure);
              }
            });
    if (waitedFor) {
      attempt(op, () -> OperationContext.runFor(op, () -> service.authorizeRequest(op)));
    }
  }

  private static void attempt(Operation op, Runnable code) {
    try {
      code.run();
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
