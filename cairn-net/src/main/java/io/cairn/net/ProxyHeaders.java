// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What proxies add: then the address of a connection is not the one of whoever asks. Stateless. */
public final class ProxyHeaders {
  private static final List<String> NAMES =
      List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

  private ProxyHeaders() {}

  /**
   * Whether a proxy has passed a request on, and says so.
   *
   * @param headers gives the value of a header, or null
   */
  public static boolean arePresent(UnaryOperator<@Nullable String> headers) {
    return NAMES.stream().anyMatch(name -> headers.apply(name) != null);
  }
}
