// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Continuous queries for the same items at several hosts: one that counts what it is told of, and
 * one that shows the last item, whose task has a version for each change.
 */
final class ContinuousTallies {

  private final String word;
  private final List<HttpProbe> hosts;
  private final List<String> counting = new ArrayList<>();
  private final List<String> showing = new ArrayList<>();
  private int changed;

  private ContinuousTallies(String word, List<HttpProbe> hosts) {
    this.word = word;
    this.hosts = hosts;
  }

  /** Begins with items of a word that nobody has made yet. */
  static ContinuousTallies begin(String word, List<HttpProbe> hosts) throws IOException {
    ContinuousTallies tallies = new ContinuousTallies(word, hosts);
    for (HttpProbe host : hosts) {
      tallies.counting.add(tallies.task(host, "COUNT", "CONTINUOUS"));
      tallies.showing.add(tallies.task(host, "EXPAND_CONTENT", "CONTINUOUS"));
    }
    return tallies;
  }

  private String task(HttpProbe host, String option, String other) throws IOException {
    Answer task =
        host.post(
            "/core/query-tasks",
            """
            {"querySpec":{"options":["%s","%s"],"query":
              {"term":{"propertyName":"word","matchValue":"%s"}}}}
            """
                .formatted(option, other, word));
    assertThat(task.status()).as(task.toString()).isEqualTo(202);
    return task.json().get("documentSelfLink").asString();
  }

  /** Makes items through one host after the other, changes each and deletes it. */
  void change(String factory, int count, List<HttpProbe> through) throws IOException {
    for (int i = 0; i < count; i++) {
      String link = "%s/%s-%d".formatted(factory, word, changed++);
      HttpProbe host = through.get(i % through.size());
      make(host, factory, item(link, word, 0));
      assertThat(host.put(link, item(link, word, 1)).status()).isEqualTo(200);
      assertThat(host.put(link, item(link, word, 2)).status()).isEqualTo(200);
      assertThat(host.delete(link).status()).isEqualTo(200);
    }
  }

  private static String item(String link, String word, int rank) {
    return "{\"documentSelfLink\":\"%s\",\"word\":\"%s\",\"rank\":%d}".formatted(link, word, rank);
  }

  /** It may be there already, if the outcome of an attempt was unknown. */
  private static void make(HttpProbe host, String factory, String item) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> List.of(200, 409).contains(host.post(factory, item).status()));
  }

  /** Waits until every query has heard of every change, and of none twice; then ends them. */
  void awaitAll(Duration patience) throws IOException {
    for (int i = 0; i < hosts.size(); i++) {
      HttpProbe host = hosts.get(i);
      String count = counting.get(i);
      String show = showing.get(i);
      await()
          .atMost(patience)
          .untilAsserted(
              () -> {
                assertCounted(host, count, changed, 2 * changed, changed);
                JsonNode last = host.get(show).json();
                assertThat(last.get("documentVersion").asInt()).isEqualTo(4 * changed);
                // What came last of a document is what became of it last.
                JsonNode document = last.at("/results/documents").iterator().next();
                assertThat(document.get("documentUpdateAction").asString()).isEqualTo("DELETE");
              });
      host.delete(count);
      host.delete(show);
    }
  }

  private static void assertCounted(
      HttpProbe host, String task, int added, int updated, int deleted) throws IOException {
    JsonNode shown = host.get(task).json();
    JsonNode counted = shown.at("/results/continuousResults");
    assertThat(
            List.of(
                counted.path("documentCountAdded").asInt(),
                counted.path("documentCountUpdated").asInt(),
                counted.path("documentCountDeleted").asInt()))
        .as(shown.toString())
        .containsExactly(added, updated, deleted);
  }

  /** Items of each factory cease to match; each host's query is told once of each. */
  static void assertEndsAreTold(List<String> factories, List<HttpProbe> hosts, Duration patience)
      throws IOException {
    for (String factory : factories) {
      make(hosts.getFirst(), factory, item(factory + "/leaving", "leaves", 0));
    }
    ContinuousTallies ends = new ContinuousTallies("leaves", hosts);
    for (HttpProbe host : hosts) {
      ends.counting.add(ends.task(host, "COUNT", "CONTINUOUS_STOP_MATCH"));
    }
    for (int i = 0; i < factories.size(); i++) {
      String link = factories.get(i) + "/leaving";
      HttpProbe host = hosts.get(i);
      assertThat(host.put(link, item(link, "leaves", 1)).status()).isEqualTo(200);
      assertThat(host.put(link, item(link, "left", 2)).status()).isEqualTo(200);
      assertThat(host.delete(link).status()).isEqualTo(200);
    }
    for (int i = 0; i < hosts.size(); i++) {
      HttpProbe host = hosts.get(i);
      String task = ends.counting.get(i);
      await()
          .atMost(patience)
          .untilAsserted(() -> assertCounted(host, task, 0, factories.size(), 0));
      host.delete(task);
    }
  }
}
