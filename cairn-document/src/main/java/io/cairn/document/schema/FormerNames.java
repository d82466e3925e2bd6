// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The names that a field had in earlier versions of its class. A stored document that has the field
 * under one of them is read as if it had the present one; where it has both, the present one
 * counts. Queries for the field find such documents too. Requests use the present name.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface FormerNames {
  /** The names, the latest first: the first that a document has counts. */
  String[] value();
}
