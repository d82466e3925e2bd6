// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a class gave up fields on purpose: what stored documents have in them is not shown any
 * more and is dropped when a document is written the next time. Fields that a class does not have
 * and does not name here are kept.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Removed {
  /** The names of the fields, as in JSON. */
  String[] value();
}
