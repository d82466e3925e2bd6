// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Reads where a node is to join. */
final class JoinTarget {

  private JoinTarget() {}

  /**
   * The address of the node that a reference to its group leads to.
   *
   * @throws IllegalArgumentException that says what is wrong with the reference
   */
  static URI of(@Nullable URI reference, String group) {
    if (reference == null) {
      throw new IllegalArgumentException("memberGroupReference is required");
    }
    String scheme = reference.getScheme();
    boolean known = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!known || reference.getHost() == null) {
      throw new IllegalArgumentException(
          "memberGroupReference must be like http://host:port%s, not %s"
              .formatted(GroupStates.pathOf(group), reference));
    }
    String path = reference.getPath();
    boolean plain = path == null || path.isEmpty() || path.equals("/");
    if (!plain && !path.equals(GroupStates.pathOf(group))) {
      throw new IllegalArgumentException(
          "memberGroupReference must lead to %s, the group of the same name, not to %s"
              .formatted(GroupStates.pathOf(group), path));
    }
    int port = reference.getPort();
    if (port < 0) {
      port = "https".equalsIgnoreCase(scheme) ? 443 : 80;
    }
    return URI.create("%s://%s:%d".formatted(scheme, reference.getHost(), port));
  }
}
