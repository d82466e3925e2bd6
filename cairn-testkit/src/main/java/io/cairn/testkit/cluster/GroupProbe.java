// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Asks a host about its node group over REST. Thread-safe. */
final class GroupProbe {

  private static final String GROUP = "/core/node-groups/default";
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int LINKS_ASKED = 32;
  private static final int NOT_FOUND = 404;

  private GroupProbe() {}

  /** The ids of the nodes that the host says are available; empty if it does not say. */
  static Set<String> availableNodes(URI host) {
    Set<String> ids = new TreeSet<>();
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      Answer answer = http.get(GROUP);
      if (answer.isSuccess()) {
        answer
            .json()
            .path("nodes")
            .forEach(
                node -> {
                  if (node.path("status").asString("").equals("AVAILABLE")) {
                    ids.add(node.path("id").asString(""));
                  }
                });
      }
    } catch (IOException | IllegalArgumentException e) {
      return Set.of();
    }
    return ids;
  }

  /** Whether the host speaks about its node group at all. */
  static boolean speaksOfGroup(URI host) {
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      return http.get(GROUP).isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the host lists the factory's children, and reaches an owner for each of a few links of
   * no document, which lie in different partitions.
   */
  static boolean reachesOwners(URI host, String factory) {
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      if (!http.get(factory).isSuccess()) {
        return false;
      }
      for (int i = 0; i < LINKS_ASKED; i++) {
        if (http.get(factory + "/nobody-" + i).status() != NOT_FOUND) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the host says that a factory can be used. */
  static boolean isAvailable(URI host, String factory) {
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      return http.get(factory + "/available").isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  /** The id of the node that owns a document; empty if the host does not tell. */
  static String owner(URI host, String document) {
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      Answer answer = http.get(document);
      return answer.isSuccess() ? answer.json().path("documentOwner").asString("") : "";
    } catch (IOException e) {
      return "";
    }
  }
}
