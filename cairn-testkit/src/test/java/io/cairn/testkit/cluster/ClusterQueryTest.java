// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.service.FactoryService;
import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Query tasks over three hosts: each says the same, exactly, and serves the pages of all. */
class ClusterQueryTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String EXAMPLES = "/core/examples";
  private static final String TASKS = "/core/query-tasks";
  private static final int DOCUMENTS = 24;

  private static TestCluster cluster;

  /** Documents 00 to 23, in three groups of eight. */
  @BeforeAll
  static void start() throws IOException {
    cluster =
        TestCluster.start(
            3,
            host -> host.startFactory(() -> FactoryService.create(ExampleService.class), EXAMPLES),
            arguments -> arguments.membershipQuorum = 2);
    cluster.awaitGroup(EXAMPLES);
    for (int i = 0; i < DOCUMENTS; i++) {
      create(i % 3, "%02d".formatted(i), i);
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static void create(int node, String id, long counter) throws IOException {
    String json =
        "{\"documentSelfLink\":\"%s\",\"name\":\"x\",\"sortedCounter\":%d,\"counter\":%d}"
            .formatted(id, counter % 3, counter);
    Answer answer = http(node).post(EXAMPLES, json);
    assertThat(answer.isSuccess()).as(answer.toString()).isTrue();
  }

  /** A task on the documents below 24, with single quotes. */
  private static String task(String more) {
    return ("{'taskInfo':{'isDirect':true},'querySpec':{'query':{'booleanClauses':["
            + "{'term':{'propertyName':'documentSelfLink','matchType':'PREFIX','matchValue':'/core/examples/'}},"
            + "{'term':{'propertyName':'counter','range':{'type':'LONG','min':0,'isMinInclusive':true,'max':24}}}]}"
            + more
            + "}}")
        .replace('\'', '"');
  }

  private static ServiceDocumentQueryResult ask(int node, String path, String more)
      throws IOException {
    Answer answer = http(node).post(path, task(more));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.as(QueryTask.class).results;
  }

  @Test
  void countIsExactThroughEveryNode() throws IOException {
    for (int node = 0; node < 3; node++) {
      for (String options :
          List.of("'COUNT'", "'COUNT','BROADCAST'", "'COUNT','BROADCAST','OWNER_SELECTION'")) {
        assertThat(ask(node, TASKS, ",'options':[" + options + "]").documentCount)
            .isEqualTo(DOCUMENTS);
      }
    }
  }

  @Test
  void everyDocumentIsOwnedByOneNode() {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              List<String> owned = new ArrayList<>();
              long counted = 0;
              for (int node = 0; node < 3; node++) {
                var mine = ask(node, "/core/local-query-tasks", ",'options':['OWNER_SELECTION']");
                assertThat(mine.documentLinks).isNotEmpty().hasSizeLessThan(DOCUMENTS);
                owned.addAll(mine.documentLinks);
                counted +=
                    ask(node, "/core/local-query-tasks", ",'options':['OWNER_SELECTION','COUNT']")
                        .documentCount;
              }
              assertThat(owned).hasSize(DOCUMENTS).doesNotHaveDuplicates();
              assertThat(counted).isEqualTo(DOCUMENTS);
            });
  }

  @Test
  void queryOfAllNodesFindsEachDocumentOnceInOrder() throws IOException {
    String sorted =
        ",'options':['BROADCAST','OWNER_SELECTION','SORT'],'sortOrder':'DESC',"
            + "'sortTerm':{'propertyName':'documentSelfLink','propertyType':'STRING'}";
    for (int node = 0; node < 3; node++) {
      List<String> links = ask(node, TASKS, sorted).documentLinks;

      assertThat(links).hasSize(DOCUMENTS).doesNotHaveDuplicates();
      assertThat(links.getFirst()).isEqualTo(EXAMPLES + "/23");
      assertThat(links.getLast()).isEqualTo(EXAMPLES + "/00");
    }
  }

  @Test
  void groupsAndTheirPagesAreReadThroughAnyNode() throws IOException {
    String grouped =
        ",'options':['GROUP_BY'],'groupResultLimit':2,'resultLimit':3,"
            + "'groupByTerm':{'propertyName':'sortedCounter','propertyType':'LONG'},"
            + "'sortTerm':{'propertyName':'counter','propertyType':'LONG'}";
    Map<String, List<String>> expected = new TreeMap<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      expected
          .computeIfAbsent("" + i % 3, _ -> new ArrayList<>())
          .add(EXAMPLES + "/%02d".formatted(i));
    }
    for (int node = 0; node < 3; node++) {
      Map<String, List<String>> found = new TreeMap<>();
      int reader = node;
      var groups = ask(node, TASKS, grouped);
      while (groups != null) {
        for (Map.Entry<String, String> group : groups.nextPageLinksPerGroup.entrySet()) {
          List<String> links = new ArrayList<>();
          for (String link = group.getValue(); link != null; ) {
            var page = page(++reader % 3, link);
            links.addAll(page.documentLinks);
            link = page.nextPageLink;
          }
          found.put(group.getKey(), links);
        }
        groups = groups.nextPageLink == null ? null : page(++reader % 3, groups.nextPageLink);
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  private static ServiceDocumentQueryResult page(int node, String link) throws IOException {
    Answer answer = http(node).get(link);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.as(QueryTask.class).results;
  }

  @Test
  void continuousQueryTellsOfWhatOthersChange() throws IOException {
    create(0, "stop", 40);
    String asked =
        ("{'querySpec':{'options':['CONTINUOUS_STOP_MATCH'],'query':{'term':"
                + "{'propertyName':'counter','range':{'type':'LONG','min':30,'max':50}}}}}")
            .replace('\'', '"');
    List<String> tasks = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      Answer accepted = http(node).post(TASKS, asked);
      assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
      tasks.add(accepted.as(QueryTask.class).documentSelfLink);
    }

    http(1).patch(EXAMPLES + "/stop", "{\"counter\":100}");

    for (int node = 0; node < 3; node++) {
      int asker = node;
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(page(asker, tasks.get(asker)))
                      .isNotNull()
                      .satisfies(
                          results ->
                              assertThat(results.documentLinks)
                                  .containsExactly(EXAMPLES + "/stop")));
      http(node).delete(tasks.get(node));
    }
    http(0).delete(EXAMPLES + "/stop");
  }

  @Test
  void resultsAreRightWhileOneOfThreeIsStopped() throws IOException {
    String page = ask(2, TASKS, ",'resultLimit':5").nextPageLink;
    assertThat(page(0, page).documentLinks).hasSize(5);
    try (Outage _ = cluster.stopped(2)) {
      await().atMost(LIMIT).until(() -> http(0).get(page).status() == 404);
      assertThat(http(1).get(page).text()).contains("Run the query again");
      await()
          .atMost(LIMIT)
          .until(() -> http(0).post(EXAMPLES, "{\"name\":\"probe\",\"counter\":-1}").isSuccess());
      for (int i = 0; i < 6; i++) {
        create(i % 2, "late-" + i, i);
        for (int node = 0; node < 2; node++) {
          String option = ",'options':['READ_AFTER_WRITE_CONSISTENCY']";
          List<String> links = ask(node, TASKS, option).documentLinks;
          assertThat(links).hasSize(DOCUMENTS + i + 1).contains(EXAMPLES + "/late-" + i);
        }
      }
      for (int i = 0; i < 6; i++) {
        http(i % 2).delete(EXAMPLES + "/late-" + i);
      }
    }
    cluster.awaitGroup(EXAMPLES);
    assertThat(http(0).get(page).status()).isEqualTo(404);
    assertThat(ask(2, TASKS, ",'options':['COUNT']").documentCount).isEqualTo(DOCUMENTS);
  }
}
