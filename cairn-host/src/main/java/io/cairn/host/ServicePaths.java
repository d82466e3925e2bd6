// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.host.Service.ServiceOption;
import java.util.Set;

/** Which paths services may be started at. */
final class ServicePaths {

  private static final Set<String> RESERVED =
      Set.of(
          "stats", "config", "subscriptions", "template", "available", "ui", "synchronization",
          "replication", "forwarding");

  private ServicePaths() {}

  /**
   * Refuses a path that requests could not reach.
   *
   * @throws IllegalArgumentException if the path is reserved or malformed
   */
  static void requireStartable(String link, Service service) {
    if (link.indexOf('*') >= 0) {
      throw new IllegalArgumentException("A service path must not contain '*': " + link);
    }
    boolean utility = service.hasOption(ServiceOption.UTILITY);
    if (!utility && RESERVED.contains(UriUtils.getLastPathSegment(link))) {
      throw new IllegalArgumentException(
          "%s ends in a suffix that is reserved for utility services".formatted(link));
    }
  }
}
