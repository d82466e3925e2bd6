// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who serves which path, so that none is served twice; one thread. */
final class LinkClaims {

  /** All verbs, if it is a service that has the path. */
  private record Claim(String by, Set<Action> verbs) {}

  private final Map<String, Claim> claims = new HashMap<>();

  /**
   * Takes a path for a service.
   *
   * @throws IllegalArgumentException if it is taken
   */
  String service(String path, String by) {
    return take(path, by, EnumSet.allOf(Action.class));
  }

  /** Takes one verb at a path. */
  String endpoint(String path, Action action, String by) {
    return take(path, by, EnumSet.of(action));
  }

  private String take(String path, String by, Set<Action> verbs) {
    String link = UriUtils.normalizeUriPath(path);
    Claim present = claims.putIfAbsent(link, new Claim(by, verbs));
    if (present == null) {
      return link;
    }
    if (!present.by().equals(by)) {
      throw new IllegalArgumentException(
          link + " is served by " + present.by() + " already; give one of them another path");
    }
    for (Action verb : verbs) {
      if (!present.verbs().add(verb)) {
        throw new IllegalArgumentException(
            (verbs.size() == 1 ? verb + " " : "")
                + link
                + " is declared twice; give it another path");
      }
    }
    return link;
  }
}
