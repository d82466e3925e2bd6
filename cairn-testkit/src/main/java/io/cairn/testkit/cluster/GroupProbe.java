// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Asks a host about its node group over REST. Thread-safe. */
final class GroupProbe {

  private static final String GROUP = "/core/node-groups/default";
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int LINKS_ASKED = 32;
  private static final int NOT_FOUND = 404;

  private GroupProbe() {}

  /** What a host is asked. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(HttpProbe host) throws IOException;
  }

  /** Asks a host; {@code silence} stands for no answer, or none that makes sense. */
  private static <T> T ask(URI host, T silence, Question<T> question) {
    try (HttpProbe http = new HttpProbe(host, LIMIT)) {
      return question.ask(http);
    } catch (IOException | IllegalArgumentException e) {
      return silence;
    }
  }

  /** The ids of the nodes that the host says are available; empty if it does not say. */
  static Set<String> availableNodes(URI host) {
    return ask(host, Set.of(), http -> available(http.get(GROUP)));
  }

  private static Set<String> available(Answer answer) {
    Set<String> ids = new TreeSet<>();
    if (answer.isSuccess()) {
      for (JsonNode node : answer.json().path("nodes")) {
        if (node.path("status").asString("").equals("AVAILABLE")) {
          ids.add(node.path("id").asString(""));
        }
      }
    }
    return ids;
  }

  /** Whether the host speaks about its node group at all. */
  static boolean speaksOfGroup(URI host) {
    return ask(host, false, http -> http.get(GROUP).isSuccess());
  }

  /**
   * Whether the host lists the factory's children, and reaches an owner for each of a few links of
   * no document, which lie in different partitions.
   */
  static boolean reachesOwners(URI host, String factory) {
    return ask(host, false, http -> reachesOwners(http, factory));
  }

  private static boolean reachesOwners(HttpProbe http, String factory) throws IOException {
    if (!http.get(factory).isSuccess()) {
      return false;
    }
    for (int i = 0; i < LINKS_ASKED; i++) {
      if (http.get(factory + "/nobody-" + i).status() != NOT_FOUND) {
        return false;
      }
    }
    return true;
  }

  /** The id of the node that owns a document; empty if the host does not tell. */
  static String owner(URI host, String document) {
    return ask(
        host,
        "",
        http -> {
          Answer answer = http.get(document);
          return answer.isSuccess() ? answer.json().path("documentOwner").asString("") : "";
        });
  }
}
