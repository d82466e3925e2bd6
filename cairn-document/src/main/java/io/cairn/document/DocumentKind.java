// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Fixes the {@code documentKind} of a document class, so that the class may move without its stored
 * documents and clients noticing. It is not inherited: a subclass is another kind.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface DocumentKind {
  /** The kind string, for example {@code com:example:Orders:OrderState}. */
  String value();
}
