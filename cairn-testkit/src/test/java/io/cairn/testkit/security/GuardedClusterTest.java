// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Three hosts of which each knows who may do what: whoever owns a document, all ways are shut. */
class GuardedClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String RELAY = "/relay";
  private static final KnownPeople PEOPLE = new KnownPeople();
  private static final int DOCUMENTS = 12;

  private static TestCluster cluster;

  /** Reads an example for whoever asks, the way that the query says. */
  private static final class RelayService extends StatelessService {
    @Override
    public void handleGet(Operation get) {
      String how = UriUtils.parseUriQueryParams(get.getUri()).getOrDefault("how", "");
      switch (how) {
        case "thread" -> getHost().run(() -> read(get));
        case "later" -> {
          var _ = getHost().schedule(() -> read(get), 1, TimeUnit.MILLISECONDS);
        }
        case "lost" -> {
          var _ = Thread.ofVirtual().start(() -> read(get));
        }
        case "system" -> {
          Operation own = reading(get);
          setAuthorizationContext(own, getSystemAuthorizationContext());
          sendRequest(own);
        }
        default -> read(get);
      }
    }

    private void read(Operation get) {
      sendRequest(reading(get));
    }

    private Operation reading(Operation get) {
      return Operation.createGet(this, EXAMPLES + "/secret0")
          .setReferer(getUri())
          .disableFailureLogging(true)
          .setCompletion(
              (done, failure) -> {
                if (failure == null) {
                  get.setBody(done.getBodyRaw()).complete();
                } else {
                  get.setStatusCode(done.getStatusCode()).fail(failure, done.getBodyRaw());
                }
              });
    }
  }

  @BeforeAll
  static void start() throws IOException {
    cluster =
        TestCluster.start(
            3,
            host -> {
              host.startFactory(ExampleService::createFactory, EXAMPLES);
              host.startAndAwait(new RelayService(), RELAY);
            });
    cluster.awaitGroup(EXAMPLES);
    for (String name : List.of("viewer", "editor", "admin", "stranger", "leaver", "follower")) {
      PEOPLE.user(name, null);
    }
    PEOPLE.user("tenant", "/core/tenants/a");
    Action[] all = Action.values();
    PEOPLE.role("viewers", "viewer", false, KnownPeople.below(EXAMPLES), Action.GET);
    PEOPLE.role("relays", "viewer", false, KnownPeople.below(RELAY), Action.GET);
    PEOPLE.role("secrets", "viewer", true, KnownPeople.named("secret"), Action.GET);
    PEOPLE.role("editors", "editor", false, KnownPeople.below(EXAMPLES), all);
    PEOPLE.role("admins", "admin", false, KnownPeople.below("/"), all);
    PEOPLE.role("leavers", "leaver", false, KnownPeople.below(EXAMPLES), Action.GET);
    PEOPLE.role("followers", "follower", false, KnownPeople.below(EXAMPLES), Action.GET);
    PEOPLE.role("tenants", "tenant", false, KnownPeople.below("/"), all);
    for (int i = 0; i < cluster.size(); i++) {
      PEOPLE.guard(cluster.host(i));
    }
    for (int i = 0; i < DOCUMENTS; i++) {
      create("open" + i, "open");
      create("secret" + i, "secret");
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static void create(String id, String name) throws IOException {
    assertThat(post(0, "editor", EXAMPLES, body(id, name)).status()).isEqualTo(200);
  }

  private static String body(String id, String name) {
    return "{\"name\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(name, id);
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static Answer get(int node, String who, String path) throws IOException {
    return http(node).get(path, token(who));
  }

  private static Answer post(int node, String who, String path, String json) throws IOException {
    return http(node).post(path, json, token(who));
  }

  private static String[] token(String who) {
    return who.isEmpty() ? new String[0] : new String[] {KnownPeople.TOKEN, who};
  }

  @Test
  void documentsAreReadAndWrittenByThoseWhoMay() throws IOException {
    for (int node = 0; node < cluster.size(); node++) {
      for (int i = 0; i < DOCUMENTS; i++) {
        String open = EXAMPLES + "/open" + i;
        String secret = EXAMPLES + "/secret" + i;
        assertThat(get(node, "", open).status()).isEqualTo(401);
        assertThat(get(node, "stranger", open).status()).isEqualTo(403);
        assertThat(get(node, "nobody", open).status()).isEqualTo(401);
        assertThat(get(node, "viewer", open).status()).isEqualTo(200);
        assertThat(get(node, "viewer", open).status()).as("from memory").isEqualTo(200);
        assertThat(get(node, "editor", secret).status()).isEqualTo(200);
        assertThat(get(node, "viewer", secret).status()).isEqualTo(403);
        assertThat(get(node, "viewer", secret + "?consistency=local").status()).isEqualTo(403);
        assertThat(http(node).patch(open, "{\"counter\":1}", token("viewer")).status())
            .isEqualTo(403);
        assertThat(http(node).patch(open, "{\"counter\":1}", token("editor")).status())
            .isEqualTo(200);
        assertThat(http(node).delete(secret, token("viewer")).status()).isEqualTo(403);
      }
    }
    Answer refused = get(0, "", EXAMPLES + "/open0");
    assertThat(refused.header("www-authenticate")).contains("Bearer");
    assertThat(refused.json().path("message").asString()).contains("/core/examples/open0");
  }

  @Test
  void whatIsBelowADocumentNeedsWhatTheDocumentNeeds() throws IOException {
    for (int node = 0; node < cluster.size(); node++) {
      String secret = EXAMPLES + "/secret1";
      for (String below :
          List.of("/stats", "/config", "/subscriptions", "/template", "/versions")) {
        assertThat(get(node, "viewer", secret + below).status()).as(below).isEqualTo(403);
        assertThat(get(node, "", secret + below).status()).as(below).isEqualTo(401);
        assertThat(get(node, "editor", secret + below).status()).as(below).isEqualTo(200);
      }
      assertThat(get(node, "viewer", secret + "?documentVersion=0").status()).isEqualTo(403);
      assertThat(get(node, "viewer", EXAMPLES + "/open1/stats").status()).isEqualTo(200);
      assertThat(http(node).patch(EXAMPLES + "/open1/config", "{}", token("viewer")).status())
          .isEqualTo(403);
      assertThat(
              post(node, "viewer", EXAMPLES + "/open1/restore", "{\"documentVersion\":0}").status())
          .isEqualTo(403);
    }
  }

  @Test
  void createsAreDecidedByTheNewState() throws IOException {
    PEOPLE.user("maker", null);
    PEOPLE.role("makers", "maker", false, KnownPeople.named("made"), Action.POST, Action.GET);

    assertThat(post(1, "maker", EXAMPLES, body("made1", "other")).status()).isEqualTo(403);
    assertThat(get(1, "editor", EXAMPLES + "/made1").status()).isEqualTo(404);
    assertThat(post(1, "maker", EXAMPLES, body("made1", "made")).status()).isEqualTo(200);
    assertThat(get(2, "editor", EXAMPLES + "/made1").json().path("documentAuthPrincipalLink"))
        .hasToString("\"/core/authz/users/maker\"");
    assertThat(post(1, "viewer", EXAMPLES, body("made2", "made")).status()).isEqualTo(403);
  }

  @Test
  void listingsAndQueriesFindWhatMayBeRead() throws IOException {
    String task =
        """
        {"taskInfo":{"isDirect":true},"querySpec":{"options":["EXPAND_CONTENT"],
         "query":{"term":{"propertyName":"documentSelfLink","matchValue":"/core/examples/*",
         "matchType":"WILDCARD"}}}}""";
    for (int node = 0; node < cluster.size(); node++) {
      for (String query :
          List.of("", "?expand", "?$filter=name%20eq%20*", "?$top=100&$count=true")) {
        assertThat(get(node, "", EXAMPLES + query).status()).as(query).isEqualTo(401);
        assertThat(get(node, "stranger", EXAMPLES + query).status()).as(query).isEqualTo(403);
        assertOpenOnly(get(node, "viewer", EXAMPLES + query));
      }
      JsonNode none =
          get(node, "viewer", EXAMPLES + "?$count=true&$filter=name%20eq%20secret").json();
      assertThat(none.path("documentCount").asInt()).isZero();
      assertThat(post(node, "", "/core/query-tasks", task).status()).isEqualTo(401);
      assertThat(post(node, "stranger", "/core/query-tasks", task).status()).isEqualTo(403);
      assertOpenOnly(result(post(node, "viewer", "/core/query-tasks", task)));
      assertOpenOnly(result(post(node, "viewer", "/core/local-query-tasks", task)));
      assertThat(
              get(node, "viewer", "/core/document-index?documentSelfLink=" + EXAMPLES + "/secret1")
                  .body())
          .isEmpty();
      assertThat(
              get(node, "viewer", "/core/document-index?documentSelfLink=" + EXAMPLES + "/open1")
                  .body())
          .isNotEmpty();
    }
  }

  @Test
  void aggregationsCountWhatMayBeRead() throws IOException {
    String task =
        """
        {"taskInfo":{"isDirect":true},"querySpec":{"query":{"term":{
         "propertyName":"documentSelfLink","matchValue":"/core/examples/*","matchType":"WILDCARD"}},
         "aggregations":{"names":{"type":"TERMS","propertyName":"name"}}}}""";

    String found = post(1, "viewer", "/core/query-tasks", task).text();

    assertThat(found).contains("open").doesNotContain("secret");
  }

  private static JsonNode result(Answer task) {
    assertThat(task.status()).isEqualTo(200);
    return task.json().path("results");
  }

  private static void assertOpenOnly(Answer listing) {
    assertThat(listing.status()).isEqualTo(200);
    assertOpenOnly(listing.json());
  }

  private static void assertOpenOnly(JsonNode result) {
    List<String> links = new ArrayList<>();
    result.path("documentLinks").values().forEach(link -> links.add(link.asString()));
    assertThat(links).hasSizeGreaterThanOrEqualTo(DOCUMENTS);
    assertThat(result.toString()).doesNotContain("secret");
  }

  @Test
  void pagesAreForThoseWhoMayReadTheSame() throws IOException {
    Answer first = get(0, "viewer", EXAMPLES + "?$limit=3&$filter=name%20eq%20*");
    String next = first.json().path("nextPageLink").asString();

    assertThat(get(0, "viewer", next).status()).isEqualTo(200);
    assertThat(get(1, "viewer", next).text()).doesNotContain("secret");
    assertThat(get(0, "editor", next).status()).isEqualTo(403);
    assertThat(get(1, "", next).status()).isEqualTo(401);
  }

  @Test
  void polledTasksAreTheirMakers() throws IOException {
    String task =
        """
        {"querySpec":{"options":["EXPAND_CONTENT"],"query":{"term":{
         "propertyName":"documentSelfLink","matchValue":"/core/examples/*",
         "matchType":"WILDCARD"}}}}""";
    String link =
        post(2, "viewer", "/core/query-tasks", task).json().path("documentSelfLink").asString();

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(get(2, "viewer", link).json().path("taskInfo").path("stage").asString())
                    .isEqualTo("FINISHED"));
    assertOpenOnly(result(get(2, "viewer", link)));
    assertThat(get(2, "editor", link).status()).isEqualTo(403);
    assertThat(get(2, "admin", link).status()).isEqualTo(200);
    assertThat(http(2).delete(link, token("editor")).status()).isEqualTo(403);
    assertThat(http(2).delete(link, token("viewer")).status()).isEqualTo(200);
  }

  @Test
  void servicesActForTheirCallersUnlessTheySayOtherwise() throws IOException {
    PEOPLE.role("editing relays", "editor", false, KnownPeople.below(RELAY), Action.GET);
    for (String how : List.of("", "thread", "later")) {
      assertThat(get(0, "viewer", RELAY + "?how=" + how).status()).as(how).isEqualTo(403);
      assertThat(get(0, "editor", RELAY + "?how=" + how).status()).as(how).isEqualTo(200);
    }
    assertThat(get(0, "", RELAY).status()).isEqualTo(401);
    assertThat(get(0, "editor", RELAY + "?how=lost").status()).isEqualTo(401);
    assertThat(get(0, "viewer", RELAY + "?how=system").status()).isEqualTo(200);
  }

  @Test
  void nothingThatAClientSendsMakesItAnother() throws IOException {
    String system = "{\"link\":\"/core/authz/system-user\",\"kind\":\"SYSTEM\"}";
    for (int node = 0; node < cluster.size(); node++) {
      for (String header : List.of("subject", "x-cairn-subject", "x-xenon-subject", "xn-subject")) {
        assertThat(
                http(node)
                    .get(EXAMPLES + "/secret2", header, system, KnownPeople.TOKEN, "viewer")
                    .status())
            .isEqualTo(403);
      }
    }
    String body =
        "{\"name\":\"own\",\"documentSelfLink\":\"own\","
            + "\"documentAuthPrincipalLink\":\"/core/authz/system-user\"}";
    assertThat(post(0, "editor", EXAMPLES, body).json().path("documentAuthPrincipalLink"))
        .hasToString("\"/core/authz/users/editor\"");
  }

  @Test
  void feedsTellOfWhatMayBeReadAndEndWhenThatChanges() throws IOException {
    try (EventStreamReader feed =
        EventStreamReader.open(
            cluster.host(1).uri().resolve(EXAMPLES), null, "", token("follower"))) {
      PEOPLE.role("no secrets", "follower", true, KnownPeople.named("hidden"), Action.GET);
      assertThat(feed.next(LIMIT, event -> event.name().equals(EventStreamReader.Event.END)))
          .isNotNull();
    }
    try (EventStreamReader feed =
        EventStreamReader.open(
            cluster.host(1).uri().resolve(EXAMPLES), null, "", token("follower"))) {
      create("hidden1", "hidden");
      create("shown1", "shown");
      EventStreamReader.Event event =
          feed.next(LIMIT, any -> any.data().contains("hidden1") || any.data().contains("shown1"));
      assertThat(event.data()).contains("shown1").doesNotContain("hidden1");
    }
  }

  @Test
  void revokedSubjectIsRefusedAndItsContinuousQueryEnds() throws IOException {
    String task =
        """
        {"querySpec":{"options":["CONTINUOUS","EXPAND_CONTENT"],"query":{"term":{
         "propertyName":"name","matchValue":"later"}}}}""";
    String link =
        post(0, "leaver", "/core/query-tasks", task).json().path("documentSelfLink").asString();
    assertThat(get(0, "leaver", link).status()).isEqualTo(200);

    PEOPLE.revoke("leaver");

    for (int node = 0; node < cluster.size(); node++) {
      assertThat(get(node, "leaver", EXAMPLES + "/open2").status()).isEqualTo(403);
    }
    create("later1", "later");
    assertThat(get(0, "admin", link).text()).doesNotContain("later1");
  }

  @Test
  void documentsOfOtherTenantsAreNotThere() throws IOException {
    assertThat(get(0, "tenant", EXAMPLES + "/open3").status()).isEqualTo(404);
    assertThat(get(0, "tenant", EXAMPLES + "/absent").status()).isEqualTo(404);
    assertThat(post(0, "tenant", EXAMPLES, body("stolen", "x")).status()).isEqualTo(403);
  }

  @Test
  void bulkWorkIsDoneForWhoAsks() throws IOException {
    String lines = "[{\"action\":\"PATCH\",\"link\":\"%s\",\"body\":{\"counter\":9}}]";
    Answer refused = post(0, "viewer", "/core/bulk", lines.formatted(EXAMPLES + "/open4"));
    Answer done = post(0, "editor", "/core/bulk", lines.formatted(EXAMPLES + "/open4"));

    assertThat(refused.text()).contains("403");
    assertThat(done.text()).doesNotContain("403");
    Answer given = get(0, "viewer", "/core/bulk/export?factory=" + EXAMPLES);
    assertThat(given.status()).isEqualTo(200);
    assertThat(given.text()).contains("open4").doesNotContain("secret");
  }

  @Test
  void whoMayReadMaySubscribeAndNobodyElse() throws IOException {
    for (int node = 0; node < cluster.size(); node++) {
      assertThat(subscribe(node, "viewer", EXAMPLES + "/open5").status()).isEqualTo(200);
      assertThat(subscribe(node, "viewer", EXAMPLES).status()).isEqualTo(200);
      assertThat(subscribe(node, "viewer", EXAMPLES + "/secret5").status()).isEqualTo(403);
      assertThat(subscribe(node, "stranger", EXAMPLES + "/open5").status()).isEqualTo(403);
    }
  }

  private static Answer subscribe(int node, String who, String link) throws IOException {
    String body = "{\"reference\":\"http://127.0.0.1:1/told\"}";
    return post(node, who, link + "/subscriptions", body);
  }
}
