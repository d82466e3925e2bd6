// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

/** The node holds as many pages, or results, as it allows: try again when some have gone. */
public final class TooManyCursorsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyCursorsException() {
    super("Too many queries are open on this node: try again later");
  }
}
