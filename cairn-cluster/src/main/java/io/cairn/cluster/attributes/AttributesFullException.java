// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

/** As many attributes are kept already as may be; remove some. Nothing was changed. */
public final class AttributesFullException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public AttributesFullException(String message) {
    super(message);
  }
}
