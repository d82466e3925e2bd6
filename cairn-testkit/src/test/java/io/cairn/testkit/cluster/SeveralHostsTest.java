// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What two hosts that form a group answer, whichever of them is asked. */
class SeveralHostsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static TestCluster cluster;

  /** A document of which one node keeps the only copy, or all keep one. */
  public static class Note extends ServiceDocument {
    public @Nullable String text;
  }

  /** Notes that every node keeps. */
  public static final class SharedNotes extends Notes {
    public static final String FACTORY_LINK = "/shared";
  }

  /** Notes that one node keeps. */
  public static final class SingleNotes extends Notes {
    public static final String FACTORY_LINK = "/single";

    public SingleNotes() {
      setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR);
    }
  }

  /** Notes. */
  public abstract static class Notes extends StatefulService {
    Notes() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }
  }

  /** Runs on one node only, and says on which; or never, if told to wait. */
  public static final class Whereabouts extends StatelessService {
    static final Queue<Operation> WAITING = new ConcurrentLinkedQueue<>();

    Whereabouts() {
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handleGet(Operation get) {
      if ("wait".equals(get.getUri().getQuery())) {
        WAITING.add(get);
        return;
      }
      ServiceDocument answer = new ServiceDocument();
      answer.documentOwner = getHost().getId();
      get.setBody(answer).complete();
    }
  }

  private static void startServices(ServiceHost host) {
    host.startFactory(new SharedNotes());
    host.startFactory(new SingleNotes());
    host.startService(
        Operation.createPost(io.cairn.service.UriUtils.buildUri(host, "/whereabouts")),
        new Whereabouts());
  }

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2, SeveralHostsTest::startServices);
    cluster.awaitGroup(SharedNotes.FACTORY_LINK, PATIENCE);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 2; i++) {
                assertThat(http(i).get(SingleNotes.FACTORY_LINK + "/available").status())
                    .isEqualTo(200);
              }
            });
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static void create(int node, String factory, String id) throws IOException {
    Answer answer =
        http(node).post(factory, "{\"documentSelfLink\":\"%s\",\"text\":\"%s\"}".formatted(id, id));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  @Test
  void childIsListedByTheOtherNodeAtOnce() throws IOException {
    for (int i = 0; i < 10; i++) {
      create(i % 2, SharedNotes.FACTORY_LINK, "listed" + i);
      Answer listing = http(1 - i % 2).get(SharedNotes.FACTORY_LINK);
      assertThat(listing.text()).contains("/listed" + i + "\"");
    }
  }

  @Test
  void documentIsTheSameThroughEachNode() throws IOException {
    create(0, SharedNotes.FACTORY_LINK, "a");
    http(1).patch(SharedNotes.FACTORY_LINK + "/a", "{\"text\":\"b\"}");
    http(0).put(SharedNotes.FACTORY_LINK + "/a", "{\"text\":\"c\"}");
    for (int i = 0; i < 2; i++) {
      Answer document = http(i).get(SharedNotes.FACTORY_LINK + "/a");
      assertThat(document.json().path("text").asString()).isEqualTo("c");
    }
    assertThat(http(1).get(SharedNotes.FACTORY_LINK + "/a").text())
        .isEqualTo(http(0).get(SharedNotes.FACTORY_LINK + "/a").text());
  }

  @Test
  void historyIsReadAndRestoredThroughEachNode() throws IOException {
    create(0, SharedNotes.FACTORY_LINK, "past");
    String link = SharedNotes.FACTORY_LINK + "/past";
    long first = http(0).get(link).json().path("documentUpdateTimeMicros").asLong();
    http(1).put(link, "{\"text\":\"changed\"}");
    for (int i = 0; i < 2; i++) {
      assertThat(http(i).get(link + "?asOf=" + first).json().path("text").asString())
          .isEqualTo("past");
      assertThat(
              http(i)
                  .get(link + "/versions?before=2")
                  .json()
                  .at("/versions/0/changes/0")
                  .toString())
          .isEqualTo("{\"path\":\"/text\",\"before\":\"past\",\"after\":\"changed\"}");
      assertThat(http(i).get(SharedNotes.FACTORY_LINK + "?expand&asOf=" + first).text())
          .contains("\"text\":\"past\"");
      Answer restored = http(i).post(link + "/restore", "{\"documentVersion\":" + i + "}");
      assertThat(restored.status()).as(restored.toString()).isEqualTo(200);
      assertThat(restored.json().path("documentVersion").asLong()).isEqualTo(2 + i);
    }
  }

  @Test
  void bulkReachesDocumentsOfEachNode() throws IOException {
    for (String factory : Set.of(SharedNotes.FACTORY_LINK, SingleNotes.FACTORY_LINK)) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        lines.append("{\"documentSelfLink\":\"bulk%02d\",\"text\":\"t\"}\n".formatted(i));
      }
      for (int i = 0; i < 2; i++) {
        Answer imported =
            http(i)
                .post(
                    "/core/bulk/import?factory=" + factory,
                    lines.toString(),
                    "content-type",
                    "application/x-ndjson");
        assertThat(imported.text())
            .contains(i == 0 ? "\"created\":40" : "\"unchanged\":40")
            .contains("\"complete\":true");
        Answer exported =
            http(i).get("/core/bulk/export?factory=%1$s&after=%1$s/bulk19".formatted(factory));
        assertThat(exported.text().lines().filter(line -> line.contains("/bulk"))).hasSize(20);
      }
      Answer done =
          http(1)
              .post(
                  "/core/bulk",
                  "[{\"action\":\"DELETE\",\"link\":\"%1$s/bulk00\"},{\"action\":\"DELETE\",\"link\":\"%1$s/bulk01\"}]"
                      .formatted(factory));
      assertThat(done.json().path("succeeded").asInt()).as(done.toString()).isEqualTo(2);
    }
  }

  @Test
  void listingOfDocumentsKeptOnceHasThoseOfAllNodes() throws IOException {
    Set<String> owners = new HashSet<>();
    for (int i = 0; i < 24; i++) {
      create(i % 2, SingleNotes.FACTORY_LINK, "n" + i);
      Answer document = http(0).get(SingleNotes.FACTORY_LINK + "/n" + i);
      owners.add(document.json().path("documentOwner").asString());
    }
    assertThat(owners).as("spread over both nodes").hasSize(2);
    for (int i = 0; i < 2; i++) {
      Answer listing = http(i).get(SingleNotes.FACTORY_LINK + "?expand");
      assertThat(listing.status()).as(listing.toString()).isEqualTo(200);
      assertThat(listing.json().path("documentCount").isNumber()).as(listing.toString()).isTrue();
      assertThat(listing.json().path("documentCount").asLong()).isEqualTo(24);
      Answer some =
          http(i).get(SingleNotes.FACTORY_LINK + "?$filter=text%20eq%20%27n7%27&$orderby=text");
      assertThat(some.json().path("documentLinks").toString())
          .as(some.toString())
          .isEqualTo("[\"" + SingleNotes.FACTORY_LINK + "/n7\"]");
    }
  }

  @Test
  void pageIsReadThroughTheOtherNode() throws IOException {
    for (int i = 0; i < 5; i++) {
      create(0, SharedNotes.FACTORY_LINK, "paged" + i);
    }
    Answer first = http(0).get(SharedNotes.FACTORY_LINK + "?$limit=2");
    String next = first.json().path("nextPageLink").asString();
    Answer second = http(1).get(next);
    assertThat(second.status()).as(second.toString()).isEqualTo(200);
    assertThat(second.json().path("documentLinks")).hasSize(2);
  }

  @Test
  void ownerLearnsThatTheClientOfAnotherNodeHasGone() throws IOException {
    String owner = http(0).get("/whereabouts").json().path("documentOwner").asString();
    int other = owner.equals(cluster.host(0).host().getId()) ? 1 : 0;
    RawConnection client = new RawConnection(cluster.host(other).uri());
    client.send("GET /whereabouts?wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await().atMost(PATIENCE).until(() -> Whereabouts.WAITING.size() == 1);
    assertThat(Whereabouts.WAITING.element().isCancelled()).isFalse();

    client.close();

    await().atMost(Duration.ofSeconds(20)).until(Whereabouts.WAITING.element()::isCancelled);
  }

  @Test
  void serviceWithoutStateRunsOnItsOwner() throws IOException {
    String there = http(0).get("/whereabouts").json().path("documentOwner").asString();
    String same = http(1).get("/whereabouts").json().path("documentOwner").asString();
    assertThat(there).isEqualTo(same).isIn("node-0", "node-1");
  }
}
