// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a query parameter that a request leaves out, written as a request would write it:
 * {@code record Page(@DefaultValue("20") int limit) {}}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface DefaultValue {
  /** The value; refused where the route is declared if it does not fit the component's type. */
  String value();
}
