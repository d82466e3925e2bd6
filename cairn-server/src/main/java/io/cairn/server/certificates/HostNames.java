// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import java.net.IDN;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names and addresses that a certificate is good for, each once.
 *
 * @param names as they are shown; the first names the certificate
 */
record HostNames(List<String> names) {
  /**
   * The names of the loopback interface, and others.
   *
   * @throws IllegalArgumentException if one is neither a name nor an address
   */
  static HostNames loopbackAnd(List<String> others) {
    Set<String> all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    for (String other : others) {
      String bare =
          other.startsWith("[") && other.endsWith("]")
              ? other.substring(1, other.length() - 1)
              : other;
      all.add(address(bare) == null ? domain(bare) : bare);
    }
    return new HostNames(List.copyOf(all));
  }

  String first() {
    return names.getFirst();
  }

  /** Returns them as keytool takes them. */
  String extension() {
    return names.stream()
        .map(name -> (address(name) == null ? "dns:" : "ip:") + name)
        .collect(Collectors.joining(","));
  }

  /** Asks no name server. */
  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  private static String domain(String text) {
    String wildcard = text.startsWith("*.") ? "*." : "";
    try {
      String ascii = IDN.toASCII(text.substring(wildcard.length()), IDN.USE_STD3_ASCII_RULES);
      if (!ascii.isEmpty() && ascii.matches("(.*\\.)?[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*")) {
        return wildcard + ascii;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no name of a host", e);
    }
    throw new IllegalArgumentException("\"" + text + "\" is no name or address of a host");
  }
}
