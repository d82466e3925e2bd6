// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.service.uri.ServiceUriPaths;
import org.jspecify.annotations.Nullable;

/**
 * How the pages of a query are addressed: {@code <path>?peer=<node>&path=<page>}, where the page is
 * the query's id, a dash, and the page's number.
 *
 * @param path a factory, or the service that serves the pages of query tasks
 * @param peer the id of the node that holds the pages
 */
record PageLinks(String path, String peer) {

  /** Which page of which query. */
  record PageId(String query, int number) {}

  static PageLinks ofTasks(String peer) {
    return new PageLinks(ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING, peer);
  }

  String linkOf(String query, int number) {
    return "%s?peer=%s&path=%s-%d".formatted(path, peer, query, number);
  }

  /** Reads the id of a page, or gives null if it is none. */
  static @Nullable PageId parse(String page) {
    int dash = page.lastIndexOf('-');
    if (dash <= 0) {
      return null;
    }
    try {
      return new PageId(
          page.substring(0, dash), Integer.parseUnsignedInt(page.substring(dash + 1)));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
