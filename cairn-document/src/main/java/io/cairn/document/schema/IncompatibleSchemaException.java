// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

/**
 * A service was not started, because stored documents could not be read by its class, or would lose
 * something. The message says which and what to do. No document was touched.
 */
public final class IncompatibleSchemaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Creates it.
   *
   * @param message the whole story, for the author of the class
   */
  public IncompatibleSchemaException(String message) {
    super(message);
  }
}
