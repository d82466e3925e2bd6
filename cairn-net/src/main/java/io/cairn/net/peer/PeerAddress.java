// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;

/** The form in which addresses of nodes are compared: scheme, host and port, nothing else. */
public final class PeerAddress {
  private PeerAddress() {}

  /** Returns the address in that form; itself if it has that form, as it has for each message. */
  public static URI normalize(URI address) {
    requireNonNull(address, "address");
    return isNormal(address) ? address : normalized(address);
  }

  private static boolean isNormal(URI address) {
    String scheme = address.getScheme();
    String host = address.getHost();
    return ("http".equals(scheme) || "https".equals(scheme))
        && host != null
        && isLowerCase(host)
        && address.getPort() >= 0
        && address.getRawUserInfo() == null
        && address.getRawPath().isEmpty()
        && address.getRawQuery() == null
        && address.getRawFragment() == null;
  }

  private static boolean isLowerCase(String host) {
    for (int at = 0; at < host.length(); at++) {
      char c = host.charAt(at);
      if (c >= 'A' && c <= 'Z') {
        return false;
      }
    }
    return true;
  }

  private static URI normalized(URI address) {
    String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
    String host = address.getHost();
    if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "the address of a node looks like http://host:port, was " + address);
    }
    int port = address.getPort() >= 0 ? address.getPort() : isSecure(scheme) ? 443 : 80;
    return URI.create(scheme + "://" + host.toLowerCase(Locale.ROOT) + ":" + port);
  }

  private static boolean isSecure(String scheme) {
    return scheme.equals("https");
  }

  public static boolean isSecure(URI address) {
    return isSecure(address.getScheme());
  }
}
