// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

/** Tells which handlers an author has written. For the runtime. */
public final class AuthoredHandlers {

  private AuthoredHandlers() {}

  /** Whether a class has a handler of its own, named as its method is. */
  public static boolean isOverridden(Class<? extends AbstractService> type, String handler) {
    try {
      Class<?> declaring = type.getMethod(handler, Operation.class).getDeclaringClass();
      return declaring != StatefulService.class
          && declaring != StatelessService.class
          && declaring != AbstractService.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(handler + " is not a method of a service", e);
    }
  }
}
