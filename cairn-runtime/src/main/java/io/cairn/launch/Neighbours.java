// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Data of hosts that do not run, beside a directory that is still empty: was the wrong port given?
 */
final class Neighbours {

  private static final String LOCK = "log/lock";
  private static final int PROBE_MILLIS = 300;

  private Neighbours() {}

  /**
   * Returns that a host would begin with nothing although there are data of another port, and what
   * to do.
   *
   * @param sandbox the host's own directory, named by its port
   * @param address where hosts listen
   */
  static Optional<String> concern(Path sandbox, InetAddress address) {
    Path common = sandbox.getParent();
    if (Files.exists(sandbox.resolve(LOCK)) || common == null || !isPort(sandbox)) {
      return Optional.empty();
    }
    List<Path> idle;
    try (Stream<Path> all = Files.list(common)) {
      idle =
          all.filter(other -> !other.equals(sandbox) && isPort(other))
              .filter(other -> Files.exists(other.resolve(LOCK)) && !isInUse(other, address))
              .sorted()
              .toList();
    } catch (IOException none) {
      return Optional.empty();
    }
    return idle.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s has no data yet, this host begins with nothing; but no host uses those in %s. If they are meant,"
                    .formatted(sandbox, names(idle))
                + " start with the port that their directory is named by");
  }

  private static String names(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static boolean isPort(Path directory) {
    return String.valueOf(directory.getFileName()).matches("\\d{1,5}");
  }

  /**
   * A host binds its port before it opens its data. To try their lock would disturb one that
   * starts.
   */
  private static boolean isInUse(Path directory, InetAddress address) {
    InetAddress host = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    try (Socket probe = new Socket()) {
      int port = Integer.parseInt(String.valueOf(directory.getFileName()));
      probe.connect(new InetSocketAddress(host, port), PROBE_MILLIS);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
