// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, ready to be sent or shown.
 *
 * @param method in capitals
 * @param headers in the order they are sent
 * @param body JSON text; null for none
 */
record RestRequest(String method, URI uri, List<Header> headers, @Nullable String body) {

  /** This request with another value of a header. */
  RestRequest with(String name, String value) {
    List<Header> changed = new ArrayList<>(headers);
    changed.removeIf(header -> header.name().equalsIgnoreCase(name));
    changed.add(new Header(name, value));
    return new RestRequest(method, uri, changed, body);
  }

  /** One header line. */
  record Header(String name, String value) {

    /**
     * Reads {@code name: value}.
     *
     * @throws CommandFailure with usage, when there is no name before a colon
     */
    static Header parse(String line) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw CommandFailure.usage("-H takes 'name: value', not '" + line + "'");
      }
      return new Header(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
  }
}
