// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.service.ServiceHost;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hosts of a group as people write them: whole URIs, with or without a path, or just
 * {@code host} and {@code host:port}. What is left out is taken from this host: its scheme, and
 * port 8000.
 */
final class PeerList {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  private PeerList() {}

  /**
   * Returns the other hosts as {@code scheme://host:port}, each once.
   *
   * @param entries what was written; entries that make no sense go to {@code problems}
   */
  static List<String> others(
      List<String> entries, ServiceHost.Arguments self, List<String> problems) {
    Set<String> others = new LinkedHashSet<>();
    List<String> wrong = new ArrayList<>();
    for (String entry : entries) {
      URI peer = parse(entry, self);
      if (peer == null) {
        wrong.add("\"" + entry + "\"");
      } else if (!isThisHost(peer, self)) {
        others.add(peer.toString());
      }
    }
    if (!wrong.isEmpty()) {
      problems.add(
          "--peerNodes holds "
              + String.join(" and ", wrong)
              + "; each entry must be a URI like http://host:8000");
    }
    return List.copyOf(others);
  }

  private static @Nullable URI parse(String entry, ServiceHost.Arguments self) {
    String scheme = self.port < 0 && self.securePort >= 0 ? "https://" : "http://";
    try {
      URI uri = new URI(entry.contains("://") ? entry : scheme + entry);
      String given = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String host = uri.getHost();
      if (host == null || !(given.equals("http") || given.equals("https"))) {
        return null;
      }
      int port = uri.getPort() > 0 ? uri.getPort() : ServiceHost.DEFAULT_PORT;
      if (port > 65_535) {
        return null;
      }
      return new URI(given, null, host.toLowerCase(Locale.ROOT), port, null, null, null);
    } catch (URISyntaxException malformed) {
      return null;
    }
  }

  private static boolean isThisHost(URI peer, ServiceHost.Arguments self) {
    URI published = self.publicUri == null ? null : parse(self.publicUri, self);
    if (published != null
        && peer.getHost().equals(published.getHost())
        && (peer.getPort() == published.getPort() || peer.getPort() == self.peerPort)) {
      return true;
    }
    boolean everywhere = EVERY_ADDRESS.contains(self.bindAddress);
    boolean loopback = everywhere || LOOPBACK.contains(bracketed(self.bindAddress));
    boolean here =
        Objects.equals(peer.getHost(), bracketed(self.bindAddress))
            || (loopback && LOOPBACK.contains(peer.getHost()));
    return here
        && IntStream.of(self.port, self.securePort, self.peerPort)
            .anyMatch(port -> port == peer.getPort());
  }

  private static String bracketed(String address) {
    return address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
  }
}
