// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

/** An OData parameter that cannot be understood. The message is meant for the client. */
public final class ODataSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ODataSyntaxException(String message) {
    super(message);
  }

  static ODataSyntaxException at(int column, String expected, String found) {
    return new ODataSyntaxException(
        "$filter, column " + column + ": expected " + expected + " but found " + found);
  }
}
