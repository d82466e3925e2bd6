// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/** Compares what the nodes hold of each document, each answering from its own replica alone. */
final class ReplicaComparison {

  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final String REPLICA_HEADER = "x-cairn-replica";

  private ReplicaComparison() {}

  /**
   * Waits until all replicas of each document hold the same.
   *
   * @throws AssertionError if that does not come; the message says who holds what
   */
  static void awaitEqual(List<URI> nodes, List<String> documents, Duration limit) {
    for (String document : documents) {
      Map<URI, String> held = new TreeMap<>();
      try {
        TestContext.waitFor(
            limit,
            () -> {
              held.clear();
              nodes.forEach(node -> ask(node, document, held));
              return new TreeSet<>(held.values()).size() == 1;
            },
            "the replicas to be equal");
      } catch (AssertionError e) {
        throw new AssertionError("The replicas of " + document + " differ: " + held, e);
      }
    }
  }

  /** A document without the owner: the present one shows itself, replicas who wrote last. */
  private static String content(Answer answer) {
    ObjectNode document = (ObjectNode) answer.json();
    document.remove("documentOwner");
    return document.toString();
  }

  /** Takes down what a node holds, if it has a replica. */
  private static void ask(URI node, String document, Map<URI, String> held) {
    try (HttpProbe http = new HttpProbe(node, LIMIT)) {
      Answer answer = http.get(document + "?consistency=local");
      String replica = answer.header(REPLICA_HEADER);
      if (replica == null || replica.contains("applied=")) {
        held.put(node, answer.isSuccess() ? content(answer) : Integer.toString(answer.status()));
      }
    } catch (IOException e) {
      held.put(node, e.toString());
    }
  }
}
