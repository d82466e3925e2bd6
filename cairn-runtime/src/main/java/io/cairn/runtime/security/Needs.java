// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What requests to a service of the runtime need. Each has to say so; of a factory that has no
 * class of its own, the class of its children does. {@code RouteMatrixTest} derives from it what
 * each kind of client is answered at all that a host has started.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Needs {

  /** What GET and OPTIONS need. */
  Access read();

  /** What other verbs need. */
  Access write();

  /**
   * Whether documents may be read, changed and deleted by who has made them, too: they are tasks,
   * and show what their maker may see. Then {@link #write} of their factory is what making one
   * needs.
   */
  boolean owned() default false;
}
